#!/bin/zsh -f
# zsh_offers.zsh FOLDER <LINES: what zsh offers at the end of each line, with the completions in FOLDER; a line each. Completion
# works at a terminal alone, so this is a zsh at a terminal of its own; what would be added to its offers is printed.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "stty -echo; PROMPT=; unset zle_bracketed_paste; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell 'zstyle ":completion:*" verbose no; LISTMAX=10000
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    local -a found
    builtin compadd -O found "$@"
    (( $#found )) && print -r -- ">$found"
}
finish() { zle kill-whole-line; print -r -- "<END" }
zle -N finish
bindkey "^I" complete-word "^T" finish
print READY'
while zpty -r shell line && [[ $line != READY* ]]; do :; done
while IFS= read -r typed; do
    zpty -n -w shell "$typed"$'\t\x14'
    offered=
    while zpty -r shell line && [[ $line != *'<END'* ]]; do
        [[ $line == *'>'* ]] && offered+=" ${${line##*>}%$'\r\n'}"
    done
    print -r -- $offered
done
zpty -d shell
