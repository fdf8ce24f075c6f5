"""Small ranges in the formats of others: valid samples, and writers of random models for what is read back."""

from __future__ import annotations

import lzma
from pathlib import Path

from usine.kernel import Among, And, Formula, Is, Model, Not, Or
from usine.kernel.reference import configurations
from usine.ranges.contracts import Fault, RangeInvalid
from usine.ranges.readers.sniffing import read_model

XCSP = """<?xml version="1.0" encoding="UTF-8"?>
<instance>
  <presentation format="XCSP 2.1"/>
  <domains nbDomains="2">
    <domain name="D0" nbValues="3">0..2</domain>
    <domain name="D1" nbValues="2">-1 1</domain>
  </domains>
  <variables nbVariables="2">
    <variable name="trim" domain="D0"/>
    <variable name="roof" domain="D1"/>
  </variables>
  <relations nbRelations="1">
    <relation name="R0" arity="2" nbTuples="2" semantics="supports">0 -1|2 1</relation>
  </relations>
  <constraints nbConstraints="1">
    <constraint name="C0" arity="2" scope="trim roof" reference="R0"/>
  </constraints>
</instance>
"""
XCSP3 = """<instance format="XCSP3" type="CSP">
  <variables>
    <array id="x" size="[3]"> 0..4 </array>
    <var id="y"> 1 3..5 </var>
  </variables>
  <constraints>
    <group>
      <intension> le(%0,%1) </intension>
      <args> x[0] 2 </args>
      <args> x[1] 1 </args>
    </group>
    <extension id="trims">
      <list> x[0..1] y </list>
      <supports> (0,0,1)(0,1,3)(2,1,*) </supports>
    </extension>
    <intension> or(eq(x[2],y),lt(x[2],1)) </intension>
  </constraints>
</instance>
"""
DIMACS = """c 1 sedan
c 2 estate
c 3 tow bar
c made by hand
p cnf 3 3
1 2 0
-1 -2 0
-3 2 0
"""
LOGICNG = """sedan + estate = 1
tow_bar => estate & ~alloy
2*alloy + -3*~sport + leather <= 1
(sport <=> leather) | $false

~hybrid
"""
UVL = """namespace Car

features
\tCar {abstract true, note "a 'car', 3.5"}
\t\tmandatory
\t\t\tBody
\t\t\t\talternative
\t\t\t\t\tsedan
\t\t\t\t\testate
\t\toptional
\t\t\t"tow bar"
\t\t[1..2]
\t\t\ta // one of the three
\t\t\tb
\t\t\tc
\t\tor
\t\t\td
\t\t\te
constraints
\t"tow bar" => estate
\t!(a & b) | c <=> d
"""
SAMPLES = {"XCSP 2.1": XCSP, "XCSP3": XCSP3, "DIMACS CNF": DIMACS, "LogicNG": LOGICNG, "UVL": UVL}


def write_file(folder: Path, content: str | bytes, name: str = "file") -> Path:
    """A file of the folder, xz-compressed where its name says so."""
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(lzma.compress(data) if name.endswith(".xz") else data)
    return path


def refusal(folder: Path, content: str | bytes, name: str = "file") -> Fault:
    """The one fault for which a file is refused."""
    try:
        read_model(write_file(folder, content, name))
    except RangeInvalid as error:
        (fault,) = error.faults
        assert fault.file == name and fault.message.endswith(".") and len(fault.message) < 300
        return fault
    raise AssertionError("the file was read")


def list_configurations(model: Model) -> set[tuple[tuple[str, str], ...]]:
    """Every configuration, by the slow engine."""
    return {tuple(sorted(values.items())) for values in configurations(model, {})}


def in_logicng(formula: Formula) -> str:
    """A formula over the values 0 and 1; sums are of literals."""
    if isinstance(formula, Is):
        return f"{'' if '1' in formula.values else '~'}{formula.variable}"
    if isinstance(formula, Not):
        return f"~({in_logicng(formula.operand)})"
    if isinstance(formula, Among):
        total = " + ".join(in_logicng(operand) for operand in formula.operands)
        return f"(({total} >= {formula.at_least}) & ({total} <= {formula.at_most}))"
    sign, neutral = (" & ", "$true") if isinstance(formula, And) else (" | ", "$false")
    assert isinstance(formula, (And, Or))
    return f"({sign.join(in_logicng(operand) for operand in formula.operands) or neutral})"
