/**
 * The program that stands between us and a tool: fixed text for /bin/sh, executed as `/bin/sh -c TEXT sh PID-FILE EXIT-FILE UMASK
 * PROGRAM ARGUMENT…`. It owns a session and a group, says who it is, executes the tool and writes how the tool ended, all without
 * us: that is why an attempt outlives the engine. Values come in as arguments only, never as text of the program.
 *
 * What each line is for:
 * - trap: signals to the group reach the tool too (its traps are back at their defaults); the wrapper stays to write the exit file.
 * - set -C: creating the pid file fails where there is one. So either the wrapper is first, or the fence against starting is.
 * - On Linux the pid file is the wrapper's line of /proc/PID/stat, which holds its start and so tells a reused pid.
 * - Descriptor 3: what the shell itself has to say (`Killed`) must not stand in the log; what the tool says must.
 * - The EXIT trap of the subshell is only reached when exec failed: then the exit file says `CODE exec`. (`command` keeps bash alive
 *   until there where it can; where it cannot, a look at the program decides.)
 * - `stopped` says that the tool ended after it was decided to stop it. The times of the two files cannot say that: the clock may
 *   have been set between them.
 */
export const wrapperText = `trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
pid=$1 exit=$2 mask=$3 stop=\${2%/*}/stop
shift 3
umask 077
set -C
stat=$$
{ read -r stat </proc/$$/stat; } 2>/dev/null
{ printf '%s\\n' "$stat" >"$pid"; } 2>/dev/null || exit 125
set +C
exec 3>&2 2>/dev/null
(
  trap 'umask 077; printf " exec" >"$exit"' EXIT
  umask "$mask"
  command exec "$@" 2>&3 3>&-
)
code=$?
note=
[ -s "$exit" ] && note=' exec'
[ -e "$stop" ] && note="$note stopped"
printf '%s\\n' "$code$note" >"$exit"
exit "$code"
`;

/** What the wrapper exits with when it may not or cannot create its pid file; nothing was executed then. */
export const notStartedExitCode = 125;
