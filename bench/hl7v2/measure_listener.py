"""How many messages a second does a listener store, apply and answer? A client with several connections.

yigongti hl7 listen --port 2575 --institution CODE --facility BENCH --as ACCOUNT
python bench/hl7v2/measure_listener.py --port 2575 --connections 4 --messages 200
"""

import argparse
import socket
import statistics
import threading
import time

from yigongti.interfaces.hl7v2.framing import Frame, FrameReader, wrap

MESSAGE = (
    "MSH|^~\\&|LIS|BENCH|YGT|COUNTY|20261001||ORU^R01|{number}|P|2.5.1||||||UNICODE UTF-8\r"
    "PID|1||B{patient}||演示^某||19491231|M\r"
    "OBR|1|P{number}|F{number}|CBC^血常规^L|||20261001070000|||||||||||||||20261001080000||LAB|F\r"
    + "".join(f"OBX|{n}|NM|T{n}^项目{n}^L||{n}.5|g/L|1-20||||F\r" for n in range(1, 11))
)


def converse(port, name, messages, seconds):
    reader = FrameReader(1_000_000)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for number in range(messages):
            text = MESSAGE.format(number=f"{name}-{number}", patient=f"{name}-{number % 20}")
            begun = time.perf_counter()
            connection.sendall(wrap(text.encode()))
            answers = []
            while not answers:
                answers = [found for found in reader.feed(connection.recv(65536)) if isinstance(found, Frame)]
            seconds.append(time.perf_counter() - begun)
            assert b"MSA|AA|" in answers[0].payload, answers[0].payload.decode()


def main():
    given = argparse.ArgumentParser()
    given.add_argument("--port", type=int, default=2575)
    given.add_argument("--connections", type=int, default=4)
    given.add_argument("--messages", type=int, default=200)
    asked = given.parse_args()
    seconds, run = [], f"{time.time():.0f}"
    threads = [
        threading.Thread(target=converse, args=(asked.port, f"{run}-{n}", asked.messages, seconds))
        for n in range(asked.connections)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - begun
    p95 = statistics.quantiles(seconds, n=20)[18]
    print(f"{len(seconds)} messages in {whole:.1f} s: {len(seconds) / whole:.0f}/s")
    print(f"answered within {statistics.median(seconds) * 1000:.0f} ms (median), {p95 * 1000:.0f} ms (95 %)")


if __name__ == "__main__":
    main()
