/** The shells that have a completion script. */
export type Shell = 'bash' | 'zsh' | 'fish';

/**
 * The completion script of a shell. It asks `stateyard --complete WORD…` for the candidates at each key press (complete.ts), so that it
 * never goes stale; a line `:file` or `:folder` there asks for the shell's own completion of paths, beside the other lines.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const bash = `# stateyard completion for bash
_stateyard() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}" candidate
  local -a candidates=()
  COMPREPLY=()
  while read -r candidate; do candidates+=("\${candidate%%$'\\t'*}"); done \\
    < <(stateyard --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  for candidate in "\${candidates[@]}"; do
    case "$candidate" in
      :file) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
      :folder) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
      *) COMPREPLY+=("$candidate") ;;
    esac
  done
}
complete -F _stateyard stateyard
`;

const zsh = `#compdef stateyard
# stateyard completion for zsh
_stateyard() {
  local -a lines described
  local line
  lines=("\${(@f)$(stateyard --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == :file ]]; then _files
    elif [[ $line == :folder ]]; then _files -/
    elif [[ $line == *$'\\t'* ]]; then described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    elif [[ -n $line ]]; then described+=("\${line//:/\\\\:}")
    fi
  done
  if (( $#described )); then _describe stateyard described; fi
}
compdef _stateyard stateyard
`;

const fish = `# stateyard completion for fish
function __stateyard_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (stateyard --complete $words[2..-1] 2>/dev/null)
  for candidate in $candidates
    switch "$candidate"
      case :file
        __fish_complete_path (commandline -ct)
      case :folder
        __fish_complete_directories (commandline -ct)
      case '*'
        printf '%s\\n' $candidate
    end
  end
end
complete -c stateyard -f -a '(__stateyard_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
