"""What ./kit test adds up: the cases, and the lines in which tests say what they did."""

from __future__ import annotations

import sys

try:
    from ffikit import testing
except ImportError as error:
    print(f"SKIP: {error}; ./kit puts what it needs into .venv")
    sys.exit()

JUNIT = """<testsuite>
<testcase name="faults.somewhere"><system-out># a_case faults=7
# checked calls=30 faults=12
</system-out></testcase>
<testcase name="random.somewhere"><system-out># checked calls=20 inputs=20
# checked calls=1 unknown=5
words # checked calls=1000
</system-out></testcase>
<testcase name="own.somewhere.quiet"><system-out>ok</system-out></testcase>
<testcase name="sanitize.somewhere.cases"><system-out># checked calls=5 findings={findings}
</system-out></testcase>
</testsuite>"""

cases = [testing.Tally("somewhere", passed=90, failed=10, held=105)]
added = testing.add_up(JUNIT.format(findings=0), cases)
assert (added.calls, added.inputs, added.faults) == (100 + 30 + 20 + 1 + 5, 100 + 20, 12), added
assert added.findings == 0, added
assert added.fault() is None, added

added = testing.add_up(JUNIT.format(findings=2), cases)
assert added.findings == 2, added
assert added.fault() == "the sanitizers found 2 faults", added

added = testing.add_up("<testsuite/>", [])
assert added == testing.Checked(), added
assert added.findings is None, "no sanitizer ran: that is not the same as no finding"
