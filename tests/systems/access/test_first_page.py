"""The shell: a visitor signs in, sees the overview, signs out."""


def test_a_visitor_is_sent_to_sign_in(client, database):
    answer = client.get("/?month=2026-10")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/sign-in?next=%2F%3Fmonth%3D2026-10"


def test_a_coder_signs_in_and_sees_the_shell_of_their_hospital(signed_in):
    page = signed_in("coder", "H1").get("/").content.decode()
    assert "示范县人民医院" in page
    assert "示范县中医医院" not in page


def test_signing_out_ends_the_session(signed_in):
    browser = signed_in("coder", "H1")
    browser.post("/accounts/sign-out")
    assert browser.get("/").status_code == 302
