"""What Microsoft Presidio's own recognisers see in texts. Run by a Python that has it; standard input and output are JSON.

usage: peer_presidio_kinds.py < [texts] > [{entity: how often}, ...]

Its recognisers that need no language model: patterns with their checks, and phone numbers (libphonenumber) of the regions
it looks at by itself. Words beside a value, which it hands to a language model's tokens, do not count; names and places,
which it leaves to a model, are not asked for. What it scores below 0.35 by itself is left out.
"""
import json
import sys

import tldextract
from presidio_analyzer import predefined_recognizers as own
from presidio_analyzer.nlp_engine import NlpArtifacts

WANTED = ("CreditCardRecognizer", "EmailRecognizer", "IbanRecognizer", "IpRecognizer", "PhoneRecognizer", "UsSsnRecognizer")


def main():
    # The list of domains that comes with it: it would ask the network for a newer one.
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    recognisers = [getattr(own, name)() for name in WANTED]
    least = 0.35
    answers = []
    for text in json.load(sys.stdin):
        found = {}
        for one in recognisers:
            artifacts = NlpArtifacts([], [], [], [], None, "en")
            hits = [h for h in one.analyze(text, one.supported_entities, artifacts) if h.score >= least]
            spans = []
            for h in sorted(hits, key=lambda h: (-h.score, h.start)):
                if all(h.end <= a or h.start >= b for a, b in spans):
                    spans.append((h.start, h.end))
                    found[h.entity_type] = found.get(h.entity_type, 0) + 1
        answers.append(found)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
