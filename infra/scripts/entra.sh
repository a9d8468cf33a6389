#!/usr/bin/env bash
# usage: entra.sh [--check] --stage STAGE [--name NAME] [--portal ORIGIN]... [--gateway OBJECT_ID] [--pipeline OBJECT_ID]...
# Makes the app registrations that Lazuli needs in Entra ID, and gives app roles to the gateway's identity and to those of pipelines.
# Run it before infra/platform is applied, for the ids that it prints, and after, with --gateway and --portal as the outputs say them.
# What is there and right is left alone; with --check nothing is changed, what is missing is told, and the result is 1 if anything is.
# It needs az, signed in as an Application Administrator (or as whoever owns the registrations and may consent to app roles), and jq.
set -euo pipefail
shopt -s inherit_errexit # a request that fails ends it, also within $(…)

graph=https://graph.microsoft.com/v1.0
check=false name=lazuli stage='' gateway=''
portals=() pipelines=()
while [ $# -gt 0 ]; do
  case $1 in
    --check) check=true ;;
    --name | --stage | --portal | --gateway | --pipeline)
      [ $# -gt 1 ] || {
        printf '%s wants a value\n' "$1" >&2
        exit 2
      }
      case $1 in
        --name) name=$2 ;;
        --stage) stage=$2 ;;
        --portal) portals+=("${2%/}") ;;
        --gateway) gateway=$2 ;;
        --pipeline) pipelines+=("$2") ;;
      esac
      shift
      ;;
    *)
      sed -n '2s/^# //p' "$0" >&2
      exit 2
      ;;
  esac
  shift
done
# Both stand in filters of requests.
[[ $name =~ ^[a-z][a-z0-9]{1,7}$ && $stage =~ ^[a-z][a-z0-9]{1,4}$ ]] || {
  printf 'name and stage are those of infra/platform: small letters and digits\n' >&2
  exit 2
}
guid='^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
for id in ${gateway:+"$gateway"} ${pipelines[@]+"${pipelines[@]}"}; do
  [[ $id =~ $guid ]] || {
    printf '%s is no object id\n' "$id" >&2
    exit 2
  }
done

missing=$(mktemp) # a file, since most of it runs in $(…)
trap 'rm -f "$missing"' EXIT
# note says what was not as it should be; with --check that is all.
note() {
  printf '%s\n' "$1" >>"$missing"
  if $check; then printf 'missing: %s\n' "$1" >&2; else printf '%s\n' "$1" >&2; fi
}

ask() { # method path [body]
  if [ $# -gt 2 ]; then
    az rest --method "$1" --url "$graph$2" --headers Content-Type=application/json --body "$3" --output json
  else
    az rest --method "$1" --url "$graph$2" --output json
  fi
}

# one prints the only element of a list, or null; two of a name are somebody's mistake, and not ours to choose from.
one() {
  jq -e 'if (.value | length) > 1 then error("there are several: delete all but one") else .value[0] end' || [ $? = 1 ]
}

# registration prints the application of a name, as it should be: made, or brought up to date. With --check it may print null.
registration() { # display-name wanted-properties
  local found
  found=$(ask GET "/applications?\$filter=displayName%20eq%20'$1'" | one)
  if [ "$found" = null ]; then
    note "registration $1"
    $check || found=$(ask POST /applications "$(jq --arg name "$1" '. + {displayName: $name}' <<<"$2")")
  elif ! jq -e --argjson want "$2" 'contains($want)' <<<"$found" >/dev/null; then
    note "properties of registration $1"
    $check || ask PATCH "/applications/$(jq -r .id <<<"$found")" "$2" >/dev/null
  fi
  printf '%s' "$found"
}

# uri gives an application the address of its own id, which is not known before it is made.
uri() { # application
  local want
  [ "$1" != null ] || return 0
  want="api://$(jq -r .appId <<<"$1")"
  jq -e --arg want "$want" '.identifierUris | index($want)' <<<"$1" >/dev/null && return
  note "identifier $want"
  $check || ask PATCH "/applications/$(jq -r .id <<<"$1")" "$(jq -n --arg want "$want" '{identifierUris: [$want]}')" >/dev/null
}

# principal prints the object id of an application's service principal.
principal() { # application
  local app found
  [ "$1" != null ] || return 0
  app=$(jq -r .appId <<<"$1")
  found=$(ask GET "/servicePrincipals?\$filter=appId%20eq%20'$app'" | one)
  if [ "$found" = null ]; then
    note "service principal of $(jq -r .displayName <<<"$1")"
    $check || found=$(ask POST /servicePrincipals "$(jq -n --arg app "$app" '{appId: $app}')")
  fi
  [ "$found" = null ] || jq -r .id <<<"$found"
}

grant() { # principal-of-the-application role-id who role
  local given
  [ -n "$1" ] || return 0
  given=$(ask GET "/servicePrincipals/$1/appRoleAssignedTo")
  jq -e --arg who "$3" --arg role "$2" '.value | any(.principalId == $who and .appRoleId == $role)' <<<"$given" >/dev/null && return
  note "app role $4 of $3"
  $check || ask POST "/servicePrincipals/$1/appRoleAssignedTo" \
    "$(jq -n --arg who "$3" --arg of "$1" --arg role "$2" '{principalId: $who, resourceId: $of, appRoleId: $role}')" >/dev/null
}

# Ids of roles are our own, so that nothing is made twice.
pipeline_role=6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f01
gateway_role=6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f02
scope=6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f03

role() { # id value title kind...
  local id=$1 value=$2 title=$3
  shift 3
  jq -n --arg id "$id" --arg value "$value" --arg title "$title" '{id: $id, value: $value, displayName: $title, description: $title, isEnabled: true, allowedMemberTypes: $ARGS.positional}' --args "$@"
}
roles=$(jq -s . <(
  role 6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f11 Platform.Admin 'Runs the platform' User Application
  role 6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f12 Template.Author 'Writes the catalog' User Application
  role 6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f13 Environment.Approve 'Approves plans everywhere' User
  role 6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f14 Environment.Contribute 'Changes environments everywhere' User Application
  role 6c2b6f0e-6a55-4c0b-8d7c-0d5e5a6d3f15 Reader 'Reads everything' User Application
  role "$pipeline_role" Pipeline.Report 'Reports what pipeline runs did' Application
))

# Tokens of version 2, in which idtyp tells a program from a person; without it the handler takes nobody for a program.
tokens='{"signInAudience": "AzureADMyOrg", "optionalClaims": {"accessToken": [{"name": "idtyp"}]}}'

api=$(registration "$name-$stage-api" "$(jq --argjson roles "$roles" --arg scope "$scope" '. + {groupMembershipClaims: "SecurityGroup", appRoles: $roles, api: {
  requestedAccessTokenVersion: 2,
  oauth2PermissionScopes: [{id: $scope, value: "user_impersonation", type: "User", isEnabled: true,
    adminConsentDisplayName: "Use Lazuli", adminConsentDescription: "Use Lazuli as the signed-in person",
    userConsentDisplayName: "Use Lazuli", userConsentDescription: "Use Lazuli as you"}]}}' <<<"$tokens")")
uri "$api"
functions=$(registration "$name-$stage-functions" "$(jq --argjson role "$(role "$gateway_role" Gateway.Invoke 'Hands on requests to the handler' Application)" \
  '. + {appRoles: [$role], api: {requestedAccessTokenVersion: 2}}' <<<"$tokens")")
uri "$functions"

# Clients: pages of the portal by authorization code with PKCE, the command line by the same or by a code that one types.
origins=$(jq -n '[$ARGS.positional[] + "/signed-in"]' --args ${portals[@]+"${portals[@]}"})
needs=$(jq -n --argjson api "$api" --arg scope "$scope" 'if $api == null then {} else {requiredResourceAccess: [{resourceAppId: $api.appId, resourceAccess: [{id: $scope, type: "Scope"}]}]} end')
portal=$(registration "$name-$stage-portal" "$(jq --argjson to "$origins" '. + {signInAudience: "AzureADMyOrg", spa: {redirectUris: $to}}' <<<"$needs")")
cli=$(registration "$name-$stage-cli" "$(jq '. + {signInAudience: "AzureADMyOrg", isFallbackPublicClient: true, publicClient: {redirectUris: ["http://localhost/callback", "http://127.0.0.1/callback"]}}' <<<"$needs")")

api_principal=$(principal "$api")
functions_principal=$(principal "$functions")
principal "$portal" >/dev/null
principal "$cli" >/dev/null

[ -z "$gateway" ] || grant "$functions_principal" "$gateway_role" "$gateway" Gateway.Invoke
for id in ${pipelines[@]+"${pipelines[@]}"}; do
  grant "$api_principal" "$pipeline_role" "$id" Pipeline.Report
done

if $check; then
  [ ! -s "$missing" ] || exit 1
  printf 'all of it is there\n' >&2
  exit 0
fi
# For infra/platform: ids.STAGE.tfvars, see its README.
jq -rn --argjson api "$api" --argjson portal "$portal" --argjson functions "$functions" --argjson cli "$cli" '
  "entra = {\n  api       = \"\($api.appId)\"\n  portal    = \"\($portal.appId)\"\n  functions = \"\($functions.appId)\"" +
  (if ($ARGS.positional | length) > 0 then "\n  pipelines = {" + ([$ARGS.positional | to_entries[] | " run\(.key) = \"\(.value)\""] | join(",")) + " }" else "" end) +
  "\n}\n# lazuli login: client \($cli.appId)"' --args ${pipelines[@]+"${pipelines[@]}"}
