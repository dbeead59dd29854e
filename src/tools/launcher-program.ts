/**
 * The program of the launchers: fixed text for perl 5, executed as `perl -e TEXT COUNT SETSID`. It becomes COUNT processes; each serves one channel (descriptor 3 and up, both ways)
 * and carries one attempt at a time from its start to its end, so that a start costs the fork of a small process and not of ours. SETSID is the number of that system
 * call, -1 where it is not known. Values come in as data only: nothing that is read is ever parsed as program or given to a shell.
 *
 * A request is ten decimal digits, the number of bytes that follow, and its fields, each ended by NUL: the attempt's folder (made where it is missing), a file in it that is made empty ('': none), the file to read as standard input,
 * umask (octal), working directory, number of variables, NAME and VALUE of each, and the argv. The answer is a line: `PID CODE[ exec][ stopped]` when the tool has ended and
 * its exit file is written, with ` unwritten` when that could not be written and ` rest` when something of its group is left; `unmade ERRNO` when folder or log could not be made; `refused` when the tool
 * was not started because of the pid file or the working directory; `failed ERRNO` when there was no process to be had.
 *
 * What each part is for:
 * - The child opens its files and enters its folder before it creates the pid file; creating it fails where there is one, so either the tool is first or the fence against starting is.
 * - It executes the tool in its own place: the pid file names the tool itself, owner of a session and a group; and after it this launcher, who owes the exit file.
 * - `125` from the child without its pid in the pid file: nothing was executed. ` exec` in the exit file: exec failed.
 * - The channel ends with the engine: then the launcher ends too, but not before the attempt that it watches; an answer that nobody reads ends it at once.
 */
export const launcherProgram = `
my ($count, $setsid) = @ARGV;
my $own = 3;
for my $fd (4 .. 2 + $count) { my $pid = fork; if (defined $pid && !$pid) { $own = $fd; last } }
for my $fd (3 .. 2 + $count) { next if $fd == $own; if (open my $other, '+<&=', $fd) { close $other } }
open my $channel, '+<&=', $own or exit 3;
open my $stat, '<', '/proc/self/stat' or exit 3;
my $self = <$stat>;
close $stat;
sub take {
  my $left = shift;
  my $text = '';
  while ($left > 0) { my $got = sysread $channel, $text, $left, length $text; return unless $got; $left -= $got }
  return $text;
}
sub put {
  my ($file, $text) = @_;
  open my $to, '>', $file or return;
  my $written = syswrite $to, $text;
  return close $to && defined $written && $written == length $text;
}
sub folder {
  my $folder = shift;
  return 1 if mkdir $folder, 0700 or $! == 17;
  return $! == 2 && $folder =~ m{^(.+)/} && folder($1) && (mkdir $folder, 0700 or $! == 17);
}
sub prepare {
  my ($folder, $empty) = @_;
  folder($folder) or return;
  sysopen my $log, "$folder/log", 02301, 0600 or return;
  return $log if $empty eq '';
  sysopen my $made, "$folder/$empty", 01101, 0600 or return;
  return $log;
}
sub run {
  my ($log, $folder, $input, $mask, $cwd, $variables, @rest) = @_;
  $setsid < 0 ? setpgrp 0, 0 : syscall $setsid;
  open STDIN, '<', $input or exit 125;
  open STDOUT, '>&', $log or exit 125;
  open STDERR, '>&', $log or exit 125;
  chdir $cwd or exit 125;
  open my $stat, '<', '/proc/self/stat' or exit 125;
  my $who = <$stat> . "launcher $self";
  sysopen my $pid, "$folder/pid", 0301 or exit 125;
  (syswrite $pid, $who) == length $who or exit 125;
  while ($variables-- > 0) { my ($name, $value) = splice @rest, 0, 2; $ENV{$name} = $value }
  umask oct $mask;
  exec { $rest[0] } @rest;
  my $error = $!;
  my $code = $! == 2 ? 127 : 126;
  syswrite STDERR, "stateyard: $rest[0] cannot be executed: $error\\n";
  put("$folder/exit", ' exec');
  exit $code;
}
umask 077;
while (defined(my $size = take(10))) {
  my $text = take($size);
  last unless defined $text;
  my ($folder, $empty, @fields) = split /\\0/, $text, -1;
  pop @fields;
  my $log = prepare($folder, $empty);
  if (!$log) { syswrite $channel, 'unmade ' . ($! + 0) . "\\n"; next }
  my $pid = fork;
  if (!defined $pid) { syswrite $channel, 'failed ' . ($! + 0) . "\\n"; next }
  run($log, $folder, @fields) unless $pid;
  close $log;
  waitpid $pid, 0;
  my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
  if ($code == 125) {
    my $file;
    my $first = open($file, '<', "$folder/pid") ? <$file> : '';
    if ($first !~ /^$pid /) { syswrite $channel, "refused\\n"; next }
  }
  my $end = $code . (-s "$folder/exit" ? ' exec' : '') . (-e "$folder/stop" ? ' stopped' : '');
  $end .= put("$folder/exit", "$end\\n") ? '' : ' unwritten';
  $end .= ' rest' if kill 0, -$pid or $! == 1;
  syswrite $channel, "$pid $end\\n";
}
`;
