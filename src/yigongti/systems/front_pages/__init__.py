"""病案首页 (S02): front pages of discharged cases, from the submitted file to the explained quality of a month."""
