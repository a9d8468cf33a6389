#!/bin/sh
# Stands in for the Azure CLI in a local run: it prints the access tokens that the agent has put beside it.
set -u

refuse() {
	echo "az (local stand-in): $1" >&2
	echo "az (local stand-in): the only command here is: az account get-access-token --resource RESOURCE --query accessToken -o tsv" >&2
	exit 2
}

[ "${1-} ${2-}" = "account get-access-token" ] || refuse "'az $*' is not available."
shift 2

resource= query= output=
while [ $# -gt 0 ]; do
	case $1 in
	--resource=*) resource=${1#*=} ;;
	--scope=*) resource=${1#*=} ;;
	--query=*) query=${1#*=} ;;
	--output=*) output=${1#*=} ;;
	--resource | --scope | --query | --output | -o)
		[ $# -ge 2 ] || refuse "$1 needs a value."
		case $1 in
		--resource | --scope) resource=$2 ;;
		--query) query=$2 ;;
		*) output=$2 ;;
		esac
		shift
		;;
	*) refuse "the option '$1' is not available." ;;
	esac
	shift
done
[ "$query" = accessToken ] || refuse "--query accessToken is needed."
[ "$output" = tsv ] || refuse "-o tsv is needed."
[ -n "$resource" ] || refuse "--resource is needed."

here=$(cd "$(dirname "$0")/.." && pwd) || exit 1
while read -r number name; do
	if [ "$name" = "$resource" ] || [ "$name/.default" = "$resource" ]; then
		cat "$here/token-$number"
		exit
	fi
done <"$here/resources"
refuse "this service connection has no token for '$resource'."
