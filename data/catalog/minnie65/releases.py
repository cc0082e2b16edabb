"""Releases from 661, 795, … on, for tables kept since (MICrONS tutorial, September 2026).

`…_TO_1822` is for tables that the page of 1926 does not name: whether it holds them is not known.
"""

SINCE_1507 = (1507, 1621, 1718, 1822, 1926)
SINCE_1300 = (1300, 1412, *SINCE_1507)
SINCE_1078 = (1078, 1181, *SINCE_1300)
SINCE_943 = (943, *SINCE_1078)
SINCE_795 = (795, *SINCE_943)
SINCE_661 = (661, *SINCE_795)
SINCE_661_TO_1822 = SINCE_661[:-1]
