"""Releases from 661, 795 or 943 on, for tables kept since (manifests of the MICrONS tutorial, June 2026)."""

SINCE_943 = (943, 1078, 1181, 1300, 1412, 1507, 1621, 1718, 1822)
SINCE_795 = (795, *SINCE_943)
SINCE_661 = (661, *SINCE_795)
