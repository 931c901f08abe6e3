function __swtrace_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __swtrace_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __swtrace_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __swtrace_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __swtrace_parse_tokens -S
    set -l unparsed_tokens (__swtrace_tokens -pc)
    switch $unparsed_tokens[1]
    case 'swtrace'
        __swtrace_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'record'
            __swtrace_parse_subcommand -r 1 'e/event=+' 'no-kernel' 'no-markers' 'filter=' 'p/pid=+' 't/tid=+' 'u/uid=+' 'only' 'isolate' 'a' 'C/cpu=+' 'user=' 'd/duration=' 'kill' 'max-size=' 'fail-on-loss' 'o/output=' 'b/buffer-size=' 'priority=' 'quiet-host' 'q/quiet' 'session=' 'flight-recorder' 'snapshot-when=' 'rotate=' 'detach' 'version' 'h/help'
        case 'view'
            __swtrace_parse_subcommand 1 'at=' 'span=' 'screen=' 'where=' 'table=' 'follow' 'print=' 'rows=' 'columns=' 'keys=' 'version' 'h/help'
        case 'stats'
            __swtrace_parse_subcommand -r 1 'where=' 'from=' 'to=' 'by=' 'top=' 'sort=' 'histogram' 'begin=' 'end=' 'format=' 'width=' 'every=' 'version' 'h/help'
        case 'diff'
            __swtrace_parse_subcommand 3 'where=' 'assert=+' 'min-effect=' 'all' 'format=' 'width=' 'version' 'h/help'
        case 'print'
            __swtrace_parse_subcommand 1 'where=' 'from=' 'to=' 'format=' 'version' 'h/help'
        case 'list-markers'
            __swtrace_parse_subcommand -r 1 'pid=' 'file=' 'trace=' 'kernel' 'format=' 'version' 'h/help'
        case 'info'
            __swtrace_parse_subcommand 1 'check' 'format=' 'version' 'h/help'
        case 'sessions'
            __swtrace_parse_subcommand 0 'format=' 'version' 'h/help'
        case 'snapshot'
            __swtrace_parse_subcommand 1 'o/output=' 'user=' 'version' 'h/help'
        case 'stop'
            __swtrace_parse_subcommand 1 'user=' 'version' 'h/help'
        case 'recover'
            __swtrace_parse_subcommand 1 'o/output=' 'version' 'h/help'
        case 'demo'
            __swtrace_parse_subcommand 0 'o/output=' 'view' 'no-view' 'version' 'h/help'
        case 'help'
            __swtrace_parse_subcommand -r 1 'version'
        end
    end
end

function __swtrace_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __swtrace_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __swtrace_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __swtrace_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__swtrace_tokens -p)
    if test -z "$(__swtrace_tokens -t)"
        set -l index (count (__swtrace_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'swtrace' -f
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'record' -d 'Record kernel and program events into a trace.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'view' -d 'Show a trace over time in the terminal.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'stats' -d 'Answer questions about a trace in tables.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'diff' -d 'Compare two traces: what became slower, and why.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'print' -d 'Print the events of a trace in order of time.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'list-markers' -d 'List the markers and kernel events that can be recorded.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'info' -d 'Say what a trace holds, or what can be recorded here.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'sessions' -d 'List the recordings that run on this machine.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'snapshot' -d 'Write what a flight recorder holds.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'stop' -d 'End a recording that runs.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'recover' -d 'Make a trace of what was left in buffers.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'demo' -d 'Record a small marked program that is in trouble.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record"' -s 'e' -l 'event' -d 'What to record; replaces the default. Repeatable.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" no-kernel' -l 'no-kernel' -d 'Record no kernel events.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" no-markers' -l 'no-markers' -d 'Record no markers of programs.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" filter' -l 'filter' -d 'Record only events that match; done in the kernel where it can be.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record"' -s 'p' -l 'pid' -d 'Only these processes and their descendants (see --only). Repeatable.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record"' -s 't' -l 'tid' -d 'Only these threads (see --only). Repeatable.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record"' -s 'u' -l 'uid' -d 'Only the processes of these users (see --only). Repeatable.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" only' -l 'only' -d 'System calls and markers of the command or the given processes only.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" isolate' -l 'isolate' -d 'Nothing at all but the command or the given processes.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" a' -s 'a' -d 'The whole machine: the default, also with a command. Accepted for those used to it.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record"' -s 'C' -l 'cpu' -d 'Only these CPUs: 0-3,8.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" user' -l 'user' -d 'Run the command as that user; without a command the same as --uid.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" d duration' -s 'd' -l 'duration' -d 'Stop after this time: 3s, 500ms, 2min. The command goes on.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" kill' -l 'kill' -d 'End the command when --duration is over.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" max-size' -l 'max-size' -d 'Stop when the trace is that large. Default: while 5 % of the disk is still free.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" fail-on-loss' -l 'fail-on-loss' -d 'Exit with 1 (125 with a command) where events were lost.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" o output' -s 'o' -l 'output' -d 'The trace; an existing one is kept as FILE.old. \'-\' is standard output.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" b buffer-size' -s 'b' -l 'buffer-size' -d 'The kernel\'s buffer of each CPU. Default: 4MiB.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" priority' -l 'priority' -d 'Of the threads that empty the buffers.' -rfka 'low normal high'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" quiet-host' -l 'quiet-host' -d 'No system calls, normal priority: for machines that must not feel it.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" q quiet' -s 'q' -l 'quiet' -d 'Print nothing but errors.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" session' -l 'session' -d 'A name for this session. Default: a generated one.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" flight-recorder' -l 'flight-recorder' -d 'Keep the newest events in memory and write nothing until a snapshot.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" snapshot-when' -l 'snapshot-when' -d 'Write a snapshot when an event matches, at most every ten seconds.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" rotate' -l 'rotate' -d 'Begin another trace when this one is that large: FILE, FILE.2 and so on.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" detach' -l 'detach' -d 'Go on in the background, when the terminal is closed, too.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace view" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" at' -l 'at' -d 'Where the window begins: 4.21, 50%, 14:02:11.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" span' -l 'span' -d 'How long the window is.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" screen' -l 'screen' -d 'The screen to begin with.' -rfka 'cpu thread events stats'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" where' -l 'where' -d 'Filter for events, tables and rows.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" table' -l 'table' -d 'The table of the screen stats.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" follow' -l 'follow' -d 'Show what is added while the trace is being recorded.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" print' -l 'print' -d 'Write a screen as text and end.' -rfka 'cpu thread events stats'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" rows' -l 'rows' -d 'With --print: rows of the screen.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" columns' -l 'columns' -d 'With --print: columns of the screen.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" keys' -l 'keys' -d 'With --print: keys to press first, as \'wwdm\' or \'w,Enter\'.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace view" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace stats" -ge 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" where' -l 'where' -d 'Only matching instances.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" from' -l 'from' -d 'Only from this time on.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" to' -l 'to' -d 'Only before this time.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" by' -l 'by' -d 'Rows for each cpu, thread, process, comm, cgroup, container; of spans also parent or a field.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" top' -l 'top' -d 'At most so many rows of each table.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" sort' -l 'sort' -d 'Sort by this column, most first.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" histogram' -l 'histogram' -d 'Draw the distribution of each row below it.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" begin' -l 'begin' -d 'The event that begins a period (table periods).' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" end' -l 'end' -d 'The event that ends a period.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" format' -l 'format' -d 'How tables are written.' -rfka 'text json csv ndjson md'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" width' -l 'width' -d 'Columns of the text: the terminal\'s, or 100.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" every' -l 'every' -d 'From standard input: tables of every so long, while it is recorded.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stats" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace diff" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace diff" -eq 2' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" where' -l 'where' -d 'Only matching instances, of both traces.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff"' -l 'assert' -d 'Exit 1 where a row breaks this condition, such as \'p99 < +20 %\'; repeatable.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" min-effect' -l 'min-effect' -d 'The least change that is worse or better: 5 %.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" all' -l 'all' -d 'Also the rows that have too few instances.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" format' -l 'format' -d 'How the answer is written.' -rfka 'text json csv ndjson md'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" width' -l 'width' -d 'Columns of the text: the terminal\'s, or 100.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace print" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" where' -l 'where' -d 'Only matching events.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" from' -l 'from' -d 'Only from this time on.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" to' -l 'to' -d 'Only before this time.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" format' -l 'format' -d 'How events are written.' -rfka 'text json ndjson csv'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace print" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" pid' -l 'pid' -d 'Markers of this process.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" file' -l 'file' -d 'Markers in this program or library.' -rF
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" trace' -l 'trace' -d 'Markers and kernel events of this trace.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" kernel' -l 'kernel' -d 'Events of the kernel.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" format' -l 'format' -d 'How the list is written.' -rfka 'text json'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace list-markers" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace info" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace info" check' -l 'check' -d 'Read every block of the trace; exit 1 where something is damaged or missing.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace info" format' -l 'format' -d 'How it is written.' -rfka 'text json'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace info" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace info" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace sessions" format' -l 'format' -d 'How the list is written.' -rfka 'text json'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace sessions" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace sessions" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace snapshot" o output' -s 'o' -l 'output' -d 'The trace; an existing one is kept as FILE.old.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace snapshot" user' -l 'user' -d 'Whose session, where several have the name.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace snapshot" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace snapshot" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stop" user' -l 'user' -d 'Whose session, where several have the name.' -rfka ''
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stop" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace stop" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_positional "swtrace recover" -eq 1' -F
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace recover" o output' -s 'o' -l 'output' -d 'The trace; an existing one is kept as FILE.old.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace recover" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace recover" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace demo" o output' -s 'o' -l 'output' -d 'The trace that is written.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'swt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace demo" view' -l 'view' -d 'Show the trace when it is recorded, on a terminal.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace demo" no-view' -l 'no-view' -d 'Show the trace when it is recorded, on a terminal.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace demo" version' -l 'version' -d 'Show the version.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace demo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'swtrace' -n '__swtrace_should_offer_completions_for_flags_or_options "swtrace help" version' -l 'version' -d 'Show the version.'
