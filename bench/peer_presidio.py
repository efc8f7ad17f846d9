"""Microsoft Presidio's pattern recognisers on one file. Run by the Python of build-bench/venv; prints one line of JSON.

usage: peer_presidio.py PATH

Its own recognisers of e-mail addresses and payment cards (which look at the check digit), and its PatternRecognizer with one
pattern each for resident IDs and mobiles, for which it has none of its own. No language model, which would make it slower by
far, and no context words. Ten records a text: the fastest of 1, 10 and 100. Timed is the recognising; not the start of Python,
nor reading the file.
"""
import json
import sys
import time
from importlib.metadata import version

import tldextract
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, EmailRecognizer

KINDS = {"CN_RESIDENT_ID": "cn-resident-id", "CN_MOBILE": "cn-mobile", "EMAIL_ADDRESS": "email", "CREDIT_CARD": "bank-card"}
RECORDS = 10
RESIDENT_ID = r"\b[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]\b"
MOBILE = r"(?<!\d)(?:(?:00|\+)?86-?)?1[3-9]\d{9}(?!\d)"


def main():
    # The list of domains that comes with it: it would ask the network for a newer one.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    recognisers = [EmailRecognizer(), CreditCardRecognizer(),
                   PatternRecognizer("CN_RESIDENT_ID", patterns=[Pattern("resident ID", RESIDENT_ID, 0.5)]),
                   PatternRecognizer("CN_MOBILE", patterns=[Pattern("mobile", MOBILE, 0.5)])]
    with open(sys.argv[1], encoding="utf-8") as f:
        lines = f.readlines()
    texts = ["".join(lines[at:at + RECORDS]) for at in range(0, len(lines), RECORDS)]
    found = dict.fromkeys(KINDS, 0)

    def look(text):
        for recogniser in recognisers:
            for one in recogniser.analyze(text, recogniser.supported_entities, None):
                found[one.entity_type] += 1

    look(texts[0])
    found = dict.fromkeys(KINDS, 0)
    began = time.perf_counter()
    for text in texts:
        look(text)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "version": version("presidio-analyzer"),
                      "occurrences": {KINDS[name]: count for name, count in found.items()}}))


if __name__ == "__main__":
    main()
