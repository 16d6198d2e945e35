# Kratix' files: prints for each the organization that it asks for, or what is wrong with it (`refused`).
#
# It must be what the Team generator writes: one gitea_org, known attributes, plain values. All else is refused, since
# Terraform evaluates what it reads: a function in a description could print a token into the plan.
# Arguments, all from files: $texts, with a record separator behind each; $requests, a line for each with the namespace/name
# that the file's name gives; $refused, a line for each file that was refused before it was read, with its request, if its
# name gives one, its path and the reason, and tabs between them.

def refuse(reason): error(reason);
def object($where): if type == "object" then . else refuse("\($where) is not an object") end;
def only($allowed; $where):
    (keys_unsorted - $allowed)[0] as $key
    | if $key == null then . else refuse("\($where) has \"\($key)\", which no Team has") end;

# What a string means to Terraform, and back: `${` and `%{` begin a template unless their sign is doubled.
def text: gsub("[$][$][{]"; "${") | gsub("%%[{]"; "%{");
def literal: gsub("[$][{]"; "$${") | gsub("%[{]"; "%%{");

# The characters that the generator and the Promise's API refuse, too: a test compares them. By number, since each jq knows
# another Unicode.
def unusual: any(explode[]; . < 32 or . > 126);
def unseen: test("[\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{200b}\\x{200e}\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{fe00}-\\x{fe0e}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}\\x{fffe}\\x{ffff}\\x{13430}-\\x{1343f}\\x{1bca0}-\\x{1bca3}\\x{1d173}-\\x{1d17a}\\x{e0000}-\\x{e0fff}]");
def prepended: test("[\\x{600}-\\x{605}\\x{6dd}\\x{70f}\\x{890}\\x{891}\\x{8e2}\\x{d4e}\\x{110bd}\\x{110cd}\\x{111c2}\\x{111c3}\\x{113d1}\\x{1193f}\\x{11941}\\x{11a3a}\\x{11a84}-\\x{11a89}\\x{11d46}\\x{11f02}]");
def framed: test("^[^ \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{2800}\\x{3000}\\x{200c}\\x{200d}\\x{fe0f}](.*[^ \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{2800}\\x{3000}])?$");
def line($key; $longest):
    if type != "string" then refuse("\($key) is not a string")
    elif length > 2 * $longest then refuse("\($key) has more than \($longest) characters")
    elif (text | literal) != . then refuse("\($key) has a template, which Terraform would evaluate")
    elif (text | length) > $longest then refuse("\($key) has more than \($longest) characters")
    elif unusual and unseen then refuse("\($key) has a character that can't be seen")
    elif unusual and prepended then refuse("\($key) has a sign that Terraform can't read")
    elif $key == "full_name" and (framed | not) then refuse("\($key) doesn't begin and end with what can be seen")
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
| (to_entries[]
    | $requests[.key] as $request
    | {$request} + (.value | try (json | team) catch {file: "terraform/\($request | sub("/"; ".")).tf.json", refused: (split(" (while parsing")[0] | .[:200] | gsub("[^ -~]"; "?"))})),
  ($refused | split("\n")[:-1][] | split("\t") | {request: (if .[0] == "" then null else .[0] end), file: .[1], refused: .[2]})
