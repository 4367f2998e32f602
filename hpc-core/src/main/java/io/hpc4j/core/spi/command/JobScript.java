package io.hpc4j.core.spi.command;

import io.hpc4j.core.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the script that a scheduler starts on the first node of a job. POSIX shell only (sh(1p)); nothing from the
 * request reaches the shell unquoted. In order: the scheduler's directives, then in a process of its own the
 * environment, the modules, the working directory, the files, and the payload in place of that process.
 *
 * <p><b>What runs.</b> A command's arguments arrive byte for byte, and its program is never a builtin of the shell. The
 * text of a script is written to a temporary file, byte for byte, and handed to the interpreter that its first line
 * names, as the kernel would do; the file need not be executable, and is removed afterwards. Directives in that text
 * are not seen by the scheduler: no line of the embedded text begins with {@code #}.
 *
 * <p><b>Signals.</b> {@code HUP}, {@code INT}, {@code QUIT}, {@code TERM}, {@code USR1}, {@code USR2}, {@code ALRM} and
 * {@code XCPU} that reach the shell are sent on to the payload, and the shell waits for its end: a payload can tidy up
 * although the scheduler told the shell only. Where {@code env} is GNU's, {@code INT} and {@code QUIT} have their usual
 * meaning for the payload; elsewhere a shell starts it with both ignored.
 *
 * <p><b>The exit record.</b> When asked for, the script ends by writing one line {@code key exitcode start end host},
 * the times in seconds since 1970, beside the given file and renaming it, so that a reader sees a whole record or none.
 * A payload ended by signal n has exit code 128 + n. The script's own exit code is the payload's. After {@code KILL}
 * of the shell there is no record.
 *
 * <p>What fails before the payload starts (a module, the working directory) is told on stderr in a line that begins
 * with {@code hpc:}, and the exit code is {@value #PREPARATION_FAILED}.
 */
public final class JobScript {

    /** The exit code when the payload was not started because something before it failed. */
    public static final int PREPARATION_FAILED = 125;

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._:-]+");
    private static final Pattern SHEBANG =
            Pattern.compile("(?s)#![ \t]*(?<program>[^ \t]+)(?:[ \t]+(?<argument>.*?))?[ \t]*");
    /** Variables that bash lets nobody assign, or changes by itself; env(1) sets them for the payload all the same. */
    private static final Set<String> SHELLS_OWN = Set.of(
            "BASHOPTS",
            "BASHPID",
            "BASH_VERSINFO",
            "DIRSTACK",
            "EPOCHREALTIME",
            "EPOCHSECONDS",
            "EUID",
            "FUNCNAME",
            "GROUPS",
            "HISTCMD",
            "IFS",
            "LINENO",
            "OLDPWD",
            "OPTARG",
            "OPTIND",
            "PPID",
            "PWD",
            "PS1",
            "PS2",
            "PS4",
            "RANDOM",
            "SECONDS",
            "SHELLOPTS",
            "SHLVL",
            "SRANDOM",
            "UID",
            "_");

    private JobScript() {}

    /** Begins a script for a payload. */
    public static Builder of(Payload payload) {
        return new Builder(payload);
    }

    private static String oneLine(String what, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " must be one line without NUL, was " + Shown.of(value));
        }
        return value;
    }

    /** Quoted, and no line of it begins with {@code #}, where some schedulers would look for directives. */
    private static String quote(String text) {
        return ShellQuoting.quote(text).replace("\n#", "\n''#");
    }

    /** Collects a script. For one thread. */
    public static final class Builder {

        private final Payload payload;
        private final List<String> directives = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final List<String> modules = new ArrayList<>();
        private final Map<Character, String> placeholders = new LinkedHashMap<>();
        private List<String> launcher = List.of();
        private String shell = "/bin/sh";
        private Optional<String> workingDirectory = Optional.empty();
        private Optional<String> stdin = Optional.empty();
        private Optional<String> stdout = Optional.empty();
        private Optional<String> stderr = Optional.empty();
        private Optional<String> scriptFolder = Optional.empty();
        private Optional<String> recordPath = Optional.empty();
        private Optional<String> recordVariable = Optional.empty();
        private String recordKey = "";

        private Builder(Payload payload) {
            this.payload = payload;
        }

        /**
         * Chooses the POSIX shell; {@code /bin/sh} unless set.
         *
         * @throws IllegalArgumentException if it is not one line
         */
        public Builder shell(String path) {
            this.shell = oneLine("a shell's path", path);
            return this;
        }

        /**
         * Adds a line for the scheduler: {@code directive("#SBATCH", "--nodes=2")}.
         *
         * @throws IllegalArgumentException if it has a line end or NUL, or the prefix does not begin with {@code #}
         */
        public Builder directive(String prefix, String option) {
            if (!prefix.startsWith("#")) {
                throw new IllegalArgumentException("a directive begins with #, was " + Shown.of(prefix));
            }
            directives.add(oneLine("a directive", prefix + " " + option));
            return this;
        }

        /**
         * Sets a variable for the modules and the payload. The value arrives byte for byte.
         *
         * @throws IllegalArgumentException if the name is not letters, digits and underscores, or the value has NUL
         */
        public Builder environment(String name, String value) {
            if (!VARIABLE.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name has letters, digits and underscores, was " + Shown.of(name));
            }
            quote(value);
            environment.put(name, value);
            return this;
        }

        /** Sets variables, each as by {@link #environment(String, String)}. */
        public Builder environment(Map<String, String> variables) {
            variables.forEach(this::environment);
            return this;
        }

        /**
         * Loads an environment module, of Lmod or of Environment Modules; where it cannot be loaded, the payload is not
         * started.
         *
         * @throws IllegalArgumentException if it is not one line
         */
        public Builder module(String module) {
            modules.add(oneLine("a module", module));
            return this;
        }

        /**
         * Changes to a folder before the payload starts; relative to where the scheduler starts the script.
         *
         * @throws IllegalArgumentException if it is empty or not one line
         */
        public Builder workingDirectory(String path) {
            this.workingDirectory = Optional.of(path("a working directory", path));
            return this;
        }

        /** Reads the payload's input from a file, with {@linkplain #placeholder placeholders}. */
        public Builder stdin(String path) {
            this.stdin = Optional.of(path("stdin", path));
            return this;
        }

        /** Writes the payload's output to a file, with {@linkplain #placeholder placeholders}. */
        public Builder stdout(String path) {
            this.stdout = Optional.of(path("stdout", path));
            return this;
        }

        /** Writes the payload's errors to a file, with {@linkplain #placeholder placeholders}; may be that of stdout. */
        public Builder stderr(String path) {
            this.stderr = Optional.of(path("stderr", path));
            return this;
        }

        /**
         * Says which variable of the scheduler stands for a placeholder in the files of input and output:
         * {@code placeholder('j', "PBS_JOBID")}. A percent sign with another letter stays as it is; {@code %%} is one.
         *
         * @throws IllegalArgumentException if the name is not letters, digits and underscores
         */
        public Builder placeholder(char letter, String variable) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name has letters, digits and underscores, was " + Shown.of(variable));
            }
            placeholders.put(letter, variable);
            return this;
        }

        /** Puts words before the payload's own: {@code srun}, {@code mpirun -np 4}. */
        public Builder launcher(List<String> words) {
            this.launcher = List.copyOf(words);
            return this;
        }

        /**
         * Says where the text of a script is written to; unless set, in {@code $TMPDIR} or {@code /tmp} of the first
         * node. Needed where other nodes run it too.
         */
        public Builder scriptFolder(String path) {
            this.scriptFolder = Optional.of(path("a folder", path));
            return this;
        }

        /**
         * Has the exit record written.
         *
         * @param path an absolute path, or one in the user's home folder: {@code ~/.hpc4j/exit/17}
         * @param key the first word of the record; letters, digits and {@code . _ : -}
         * @throws IllegalArgumentException if either has another form
         */
        public Builder exitRecord(String path, String key) {
            path("an exit record's path", path);
            if (!path.startsWith("/") && !path.startsWith("~/")) {
                throw new IllegalArgumentException(
                        "an exit record's path is absolute or begins with ~/, was " + Shown.of(path));
            }
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("a key has letters, digits and . _ : -, was " + Shown.of(key));
            }
            this.recordPath = Optional.of(path);
            this.recordKey = key;
            return this;
        }

        /**
         * Gives each task of an array a record of its own: a dot and the value of this variable follow the path, where
         * it is set. {@code exitRecordPerTask("SLURM_ARRAY_TASK_ID")}.
         *
         * @throws IllegalArgumentException if the name is not letters, digits and underscores
         */
        public Builder exitRecordPerTask(String variable) {
            if (!VARIABLE.matcher(variable).matches()) {
                throw new IllegalArgumentException(
                        "a variable's name has letters, digits and underscores, was " + Shown.of(variable));
            }
            this.recordVariable = Optional.of(variable);
            return this;
        }

        private static String path(String what, String path) {
            if (path.isEmpty()) {
                throw new IllegalArgumentException(what + " must not be empty");
            }
            return oneLine(what, path);
        }

        /**
         * The text of the script, ending with a line end.
         *
         * @throws IllegalArgumentException if the payload is the text of a script that begins with no usable
         *     {@code #!} line
         */
        public String build() {
            StringBuilder out = new StringBuilder("#!" + shell + "\n");
            directives.forEach(d -> out.append(d).append('\n'));
            writeEnd(out);
            writeSignals(out);
            writeScriptFile(out);
            writePayload(out);
            out.append(WAIT);
            return out.toString();
        }

        // ------------------------------------------------------------ the end: exit record and temporary file

        private void writeEnd(StringBuilder out) {
            out.append("_hpc_start=$(date +%s)\n_hpc_file=\n");
            out.append(
                    "_hpc_end() {\n  _hpc_code=$?\n  trap '' HUP INT QUIT TERM USR1 USR2 ALRM XCPU\n  trap - EXIT\n");
            out.append("  [ -z \"$_hpc_file\" ] || rm -f \"$_hpc_file\"\n");
            recordPath.ifPresent(
                    p -> out.append(RECORD.replace("@KEY@", recordKey).replace("@PATH@", recordWord(p))));
            out.append("  exit \"$_hpc_code\"\n}\ntrap _hpc_end EXIT\n");
        }

        private String recordWord(String path) {
            String word = path.startsWith("~/") ? "\"$HOME\"/" + quote(path.substring(2)) : quote(path);
            return word
                    + recordVariable.map(v -> "\"${%s:+.$%s}\"".formatted(v, v)).orElse("");
        }

        private static final String RECORD = """
                  _hpc_record=@PATH@
                  _hpc_host=$(hostname 2>/dev/null || uname -n)
                  mkdir -p "${_hpc_record%/*}/" 2>/dev/null
                  if printf '%s %s %s %s %s\\n' @KEY@ "$_hpc_code" "$_hpc_start" "$(date +%s)" "$_hpc_host" \\
                      >"$_hpc_record.$_hpc_host.$$"; then
                    mv -f "$_hpc_record.$_hpc_host.$$" "$_hpc_record"
                  fi
                """;

        // ------------------------------------------------------------ signals

        private static void writeSignals(StringBuilder out) {
            out.append(SIGNALS);
        }

        /** Before the payload there is nobody to send a signal on to: then it ends the script. */
        private static final String SIGNALS = """
                _hpc_got=
                _hpc_pass() {
                  _hpc_got=1
                  [ -n "$_hpc_child" ] || _hpc_child=$!
                  [ -n "$_hpc_child" ] || exit "$2"
                  kill -s "$1" "$_hpc_child" 2>/dev/null
                }
                _hpc_child=
                trap '_hpc_pass HUP 129' HUP
                trap '_hpc_pass INT 130' INT
                trap '_hpc_pass QUIT 131' QUIT
                trap '_hpc_pass USR1 138' USR1
                trap '_hpc_pass USR2 140' USR2
                trap '_hpc_pass ALRM 142' ALRM
                trap '_hpc_pass TERM 143' TERM
                trap '_hpc_pass XCPU 152' XCPU
                """;

        /**
         * A trapped signal ends {@code wait} early; only a child that is gone, and whose code was not yet told, ends
         * the loop. 127 is what {@code wait} says of a child whose code it has told before.
         */
        private static final String WAIT = """
                _hpc_child=$!
                while :; do
                  _hpc_got=
                  wait "$_hpc_child"
                  _hpc_status=$?
                  [ -n "$_hpc_got" ] || break
                  kill -0 "$_hpc_child" 2>/dev/null && continue
                  wait "$_hpc_child" 2>/dev/null
                  _hpc_again=$?
                  [ "$_hpc_again" -eq 127 ] || _hpc_status=$_hpc_again
                  break
                done
                exit "$_hpc_status"
                """;

        // ------------------------------------------------------------ the payload

        private void writeScriptFile(StringBuilder out) {
            if (payload instanceof Payload.ScriptText script) {
                String folder = scriptFolder.map(JobScript::quote).orElse("\"${TMPDIR:-/tmp}\"");
                out.append("_hpc_file=$(mktemp ").append(folder).append("/hpc-script.XXXXXX) &&\nprintf %s ");
                out.append(quote(script.text())).append(" >\"$_hpc_file\" || {\n");
                fail(out, "  ", "cannot write the script to a temporary file");
                out.append("}\n");
            }
        }

        private void writePayload(StringBuilder out) {
            // an asynchronous list reads /dev/null unless told otherwise; 9 is free, schedulers hand over 0 to 2
            out.append("if ( : <&0 ) 2>/dev/null; then exec 9<&0; else exec 9</dev/null; fi\n(\n");
            environment.forEach((name, value) -> {
                if (!SHELLS_OWN.contains(name)) {
                    out.append("export ")
                            .append(name)
                            .append('=')
                            .append(quote(value))
                            .append('\n');
                }
            });
            writeModules(out);
            workingDirectory.ifPresent(d -> {
                out.append("cd ").append(quote(directory(d))).append(" || {\n");
                fail(out, "  ", "cannot enter the working directory " + d);
                out.append("}\n");
            });
            writeFiles(out);
            writeExec(out);
            out.append(") <&9 9<&- &\n");
        }

        /** Not to be taken for an option, nor looked up in CDPATH. */
        private static String directory(String path) {
            return path.startsWith("/") ? path : "./" + path;
        }

        private static void fail(StringBuilder out, String indent, String message) {
            out.append(indent)
                    .append("printf '%s\\n' ")
                    .append(quote("hpc: " + message))
                    .append(" >&2\n");
            out.append(indent).append("exit ").append(PREPARATION_FAILED).append('\n');
        }

        private void writeModules(StringBuilder out) {
            if (modules.isEmpty()) {
                return;
            }
            out.append(FIND_MODULE);
            fail(out, "  ", "there is no command 'module' on this node to load " + String.join(", ", modules));
            out.append("fi\n");
            for (String module : modules) {
                out.append(LOAD_MODULE.replace("@MODULE@", quote(module)));
                fail(out, "  ", "cannot load the module " + module);
                out.append("fi\n");
            }
        }

        private static final String FIND_MODULE = """
                if ! command -v module >/dev/null 2>&1; then
                  for _hpc_init in "${LMOD_PKG:-/none}/init/sh" "${MODULESHOME:-/none}/init/sh" \\
                      /usr/share/lmod/lmod/init/sh /opt/apps/lmod/lmod/init/sh /usr/share/modules/init/sh \\
                      /usr/share/Modules/init/sh /etc/profile.d/lmod.sh /etc/profile.d/modules.sh; do
                    if [ -r "$_hpc_init" ]; then
                      . "$_hpc_init"
                      break
                    fi
                  done
                fi
                if ! command -v module >/dev/null 2>&1; then
                """;

        /** Environment Modules before 4.0 say on stderr only that there is no such module, and end with 0. */
        private static final String LOAD_MODULE = """
                _hpc_before=${LOADEDMODULES-}
                _hpc_loaded=no
                if module load @MODULE@; then
                  case ":${LOADEDMODULES-}" in
                    *:@MODULE@ | *:@MODULE@:* | *:@MODULE@/*) _hpc_loaded=yes ;;
                    ":$_hpc_before") ;;
                    *) _hpc_loaded=yes ;;
                  esac
                fi
                if [ "$_hpc_loaded" = no ]; then
                """;

        private void writeFiles(StringBuilder out) {
            stdin.ifPresent(p -> out.append("exec <").append(placed(p)).append('\n'));
            stdout.ifPresent(p -> out.append("exec >").append(placed(p)).append('\n'));
            if (stderr.isPresent()) {
                out.append("exec 2>")
                        .append(stderr.equals(stdout) ? "&1" : placed(stderr.get()))
                        .append('\n');
            }
        }

        /** A path as a word of the shell, in which variables stand for the placeholders. */
        private String placed(String path) {
            StringBuilder word = new StringBuilder();
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < path.length(); i++) {
                char next = i + 1 < path.length() ? path.charAt(i + 1) : ' ';
                String variable = path.charAt(i) == '%' ? placeholders.get(next) : null;
                if (variable != null) {
                    word.append(quote(plain.toString()))
                            .append("\"${")
                            .append(variable)
                            .append("-}\"");
                    plain.setLength(0);
                    i++;
                } else {
                    plain.append(path.charAt(i));
                    i += path.charAt(i) == '%' && next == '%' ? 1 : 0;
                }
            }
            return plain.isEmpty()
                    ? word.toString()
                    : word.append(quote(plain.toString())).toString();
        }

        private void writeExec(StringBuilder out) {
            out.append("set -- ").append(words()).append('\n');
            StringBuilder assignments = new StringBuilder();
            environment.forEach((name, value) -> {
                if (SHELLS_OWN.contains(name)) {
                    assignments.append(' ').append(quote(name + "=" + value));
                }
            });
            if (!programHasEqualsSign()) {
                out.append("if env --default-signal=INT,QUIT true 2>/dev/null; then\n");
                out.append("  set -- env --default-signal=INT,QUIT --")
                        .append(assignments)
                        .append(" \"$@\"\n");
                if (!assignments.isEmpty()) {
                    out.append("else\n  set -- env").append(assignments).append(" \"$@\"\n");
                }
                out.append("fi\n");
            }
            out.append("exec \"$@\"\n");
        }

        /** Which env(1) would take for a variable. */
        private boolean programHasEqualsSign() {
            String program = launcher.isEmpty() ? payloadWords().get(0) : launcher.get(0);
            return program.indexOf('=') >= 0;
        }

        private String words() {
            List<String> all = new ArrayList<>(launcher);
            all.addAll(payloadWords());
            String words = String.join(" ", all.stream().map(JobScript::quote).toList());
            return payload instanceof Payload.ScriptText ? words + " \"$_hpc_file\"" : words;
        }

        private List<String> payloadWords() {
            if (payload instanceof Payload.Command command) {
                return command.arguments();
            }
            if (payload instanceof Payload.ScriptFile file) {
                List<String> all = new ArrayList<>();
                all.add(file.path().indexOf('/') < 0 ? "./" + file.path() : file.path());
                all.addAll(file.arguments());
                return all;
            }
            return interpreter(((Payload.ScriptText) payload).text());
        }

        /** The kernel gives the interpreter all that follows its name as one argument (execve(2)). */
        private static List<String> interpreter(String text) {
            int end = text.indexOf('\n');
            Matcher m = SHEBANG.matcher(end < 0 ? text : text.substring(0, end));
            if (!m.matches()) {
                throw new IllegalArgumentException(
                        "a script begins with a line such as '#!/bin/sh', was " + Shown.of(text));
            }
            String argument = m.group("argument");
            return argument == null || argument.isEmpty()
                    ? List.of(m.group("program"))
                    : List.of(m.group("program"), argument);
        }
    }
}
