# Kratix' files: prints for each the organization that it asks for, or what is wrong with it (`refused`).
#
# It must be what the Team generator writes: one gitea_org, known attributes, plain values. All else is refused, since
# Terraform evaluates what it reads: a function in a description could print a token into the plan.
# Arguments, both from files: $texts, with a record separator behind each; $requests, a line for each with the namespace/name
# that the file's name gives.

def refuse(reason): error(reason);
def object($where): if type == "object" then . else refuse("\($where) is not an object") end;
def only($allowed; $where):
    (keys_unsorted - $allowed)[0] as $key
    | if $key == null then . else refuse("\($where) has \"\($key)\", which no Team has") end;

# What a string means to Terraform, and back: `${` and `%{` begin a template unless their sign is doubled.
def text: gsub("[$][$][{]"; "${") | gsub("%%[{]"; "%{");
def literal: gsub("[$][{]"; "$${") | gsub("%[{]"; "%%{");

# Joiners alone may be unseen: scripts and emoji are spelled with them. Fillers and selectors are letters to Unicode.
def unseen: any(explode[]; . < 32 or . > 126) and (gsub("[\\x{200c}\\x{200d}]"; "") |
    test("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{3164}\\x{fe00}-\\x{fe0e}\\x{ffa0}\\x{e0000}-\\x{e0fff}]"));
def line($key; $longest):
    if type != "string" then refuse("\($key) is not a string")
    elif length > 2 * $longest then refuse("\($key) has more than \($longest) characters")
    elif (text | literal) != . then refuse("\($key) has a template, which Terraform would evaluate")
    elif (text | length) > $longest then refuse("\($key) has more than \($longest) characters")
    elif unseen then refuse("\($key) has a character that can't be seen")
    else . end;

# Gitea's bounds, and names that it keeps for itself: Terraform's plan would notice neither.
def bounds: {name: 40, full_name: 100, description: 255, visibility: 10};
def reserved: ["api", "assets", "attachments", "avatar", "avatars", "captcha", "explore", "ghost", "gitea-actions",
    "invite", "issues", "login", "metrics", "milestones", "notifications", "org", "pulls", "repo", "repo-avatars",
    "ssh_info", "user", "v2"];

# Terraform would see both of two keys with one name, jq sees the last: the keys that are written are counted.
def keys_written: [match("\"(?:\\\\.|[^\"\\\\])*\"(?<colon>\\s*:)?"; "g") | select(.captures[0].string)] | length;
def json:
    . as $text
    | [fromjson] # of an empty text jq makes nothing
    | if length == 1 then .[0] else refuse("it is not one JSON value") end
    | if ([.. | objects | length] | add // 0) == ($text | keys_written) then . else refuse("a key comes twice") end;

def team:
    object("the file") | only(["//", "resource"]; "the file")
    | .resource | object("resource") | only(["gitea_org"]; "resource")
    | .gitea_org | object("gitea_org")
    | if length == 1 then to_entries[0] else refuse("there are \(length) organizations, not one") end
    | .key as $address | .value
    | object($address) | only((bounds | keys) + ["repo_admin_change_team_access"]; $address)
    | with_entries(.key as $key | if bounds[$key] then .value |= line($key; bounds[$key]) else . end)
    | if has("repo_admin_change_team_access") and (.repo_admin_change_team_access | type) != "boolean"
        then refuse("repo_admin_change_team_access is not true or false") else . end
    | if .visibility == null or (.visibility | IN("public", "limited", "private")) then . else refuse("visibility is none of Gitea's") end
    | (.name // "") as $id
    | if $id | test("^[a-z0-9]+([-_][a-z0-9]+)*$") | not then refuse("\($id | tojson) is no name for an organization") else . end
    | if $id | IN(reserved[]) then refuse("\($id) is a name that Gitea keeps for itself") else . end
    | if $address != "team_\($id)" then refuse("\($address | tojson) should be called team_\($id)") else . end
    | {$id, $address, organization: .};

($requests | split("\n")[:-1]) as $requests
| ($texts | split("\u001e")[:-1])
| if length == ($requests | length) then . else error("there are other texts than names") end
| to_entries[]
| {request: $requests[.key]} + (.value | try (json | team) catch {refused: (split(" (while parsing")[0] | .[:300] | gsub("[^ -~]"; "?"))})
