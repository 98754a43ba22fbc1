"""The person's page as those who care read it, and as strangers do not."""

import re


def page(signed_in, role, institution, address):
    return signed_in(role, institution).get(address)


def test_the_village_doctor_reads_the_answer_in_the_first_line(person, signed_in):
    said = page(signed_in, "village_doctor", "V1", person.address).content.decode()
    (sentence,) = re.findall(r'id="sentence">(.*?)</p>', said)
    assert sentence.startswith("演示王，男，67 岁，高血压、2 型糖尿病；最近一次住院 ")
    assert "未达标" in said
