"""Which releases hold what the manifests say is kept from one release on (MICrONS tutorial, June 2026)."""

SINCE_943 = (943, 1078, 1181, 1300, 1412, 1507, 1621, 1718, 1822)
SINCE_795 = (795, *SINCE_943)
SINCE_661 = (661, *SINCE_795)
