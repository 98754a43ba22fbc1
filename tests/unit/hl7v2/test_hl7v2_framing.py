"""MLLP frames: whole ones are found however the bytes arrive, broken ones are named."""

from hypothesis import given
from hypothesis import strategies as st

from yigongti.interfaces.hl7v2.framing import Broken, Flaw, Frame, FrameReader, wrap

LARGEST = 200
# the bytes that matter, more often than others
PIECES = st.lists(st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"A", b"MSH|^~\\&|", bytes(250)]), max_size=30)


def read_in(pieces):
    reader = FrameReader(LARGEST)
    return [found for piece in pieces for found in reader.feed(piece)] + reader.finish()


def test_a_message_that_was_wrapped_is_read_again():
    assert read_in([wrap(b"MSH|x\r")]) == [Frame(b"MSH|x\r")]


def test_two_frames_in_one_read_are_two_messages():
    assert read_in([wrap(b"one") + wrap(b"two")]) == [Frame(b"one"), Frame(b"two")]


def test_one_byte_a_read_gives_the_same_message():
    assert read_in([bytes([byte]) for byte in wrap(b"MSH|one byte at a time")]) == [Frame(b"MSH|one byte at a time")]


@given(PIECES, st.data())
def test_how_the_bytes_are_cut_into_reads_does_not_matter(pieces, data):
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    cut = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read_in(cut) == read_in([stream])


@given(st.lists(st.binary(max_size=LARGEST).filter(lambda payload: not {0x0B, 0x1C} & set(payload)), max_size=6))
def test_every_message_that_was_wrapped_comes_out_whole_and_in_order(payloads):
    assert read_in([b"".join(wrap(payload) for payload in payloads)]) == [Frame(payload) for payload in payloads]


def test_bytes_before_a_start_are_garbage_and_the_message_is_taken():
    assert read_in([b"GET / HTTP/1.1\r\n" + wrap(b"one")]) == [
        Broken(Flaw.GARBAGE, 16, b"GET / HTTP/1.1\r\n"),
        Frame(b"one"),
    ]


def test_line_ends_between_frames_are_no_garbage():
    assert read_in([wrap(b"one") + b"\r\n\n" + wrap(b"two")]) == [Frame(b"one"), Frame(b"two")]


def test_a_start_inside_a_frame_ends_what_was_begun():
    assert read_in([b"\x0bMSH|begun" + wrap(b"two")]) == [Broken(Flaw.START_INSIDE, 9, b"MSH|begun"), Frame(b"two")]


def test_an_end_without_the_last_return_is_taken_and_told():
    assert read_in([b"\x0bone\x1c" + wrap(b"two")]) == [Frame(b"one", Flaw.NO_RETURN), Frame(b"two")]


def test_a_sender_that_never_sends_the_last_return_can_be_answered():
    reader = FrameReader(LARGEST)
    assert reader.feed(b"\x0bone\x1c") == []
    assert reader.waits_for_return
    assert reader.settle() == [Frame(b"one", Flaw.NO_RETURN)]
    assert reader.feed(b"\r" + wrap(b"two")) == [Frame(b"two")]


def test_half_a_message_is_told_when_the_connection_closes():
    assert read_in([b"\x0bMSH|half"]) == [Broken(Flaw.HALF, 8, b"MSH|half")]


def test_a_message_that_is_too_large_is_skipped_and_the_next_is_read():
    found = read_in([wrap(b"MSH|" + b"x" * 400) + wrap(b"two")])
    assert found == [Broken(Flaw.TOO_LARGE, 404, b"MSH|" + b"x" * 400), Frame(b"two")]


def test_endless_garbage_does_not_fill_the_memory():
    reader = FrameReader(LARGEST)
    found = [piece for _ in range(100) for piece in reader.feed(b"x" * 100)]
    assert {piece.flaw for piece in found} == {Flaw.GARBAGE}
    assert sum(piece.size for piece in found) == 10_000
    assert max(len(piece.head) for piece in found) <= 64
