package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobRequest.Launch;
import io.hpc4j.core.JobState;
import io.hpc4j.core.RejectedJobException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That what was asked for is what runs: arguments, scripts, folder and environment arrive byte for byte. */
abstract class BackendProgramKit extends BackendEndsKit {

    /** What a shell, a script's header or a list with separators would spoil. */
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "two words",
            "-rf",
            "--help",
            "'",
            "\"",
            "it's \"quoted\"",
            "$(touch pwned)",
            "`touch pwned`",
            "$HOME ${PATH}",
            "a\nb\n",
            "\n",
            "tab\there",
            "back\\slash\\",
            "*",
            "~",
            "; touch pwned; #",
            "&& touch pwned",
            "| touch pwned",
            "%j %a %%",
            "a,b=c",
            "#SBATCH --hold",
            "EOF",
            "Grüße, 東京 🚀");

    private static final Set<String> EVERYWHERE = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "TERM",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "TMPDIR",
            "TZ",
            "HOSTNAME",
            "MAIL",
            "ENVIRONMENT");

    // ---------------------------------------------------------------- arguments

    @Test
    void argumentsArriveByteForByte() {
        run(sh("printf '%s\\0' \"$@\" > arguments", HOSTILE.toArray(new String[0])));

        assertThat(read("arguments").split("\0", -1)).containsExactly(plusEmpty(HOSTILE));
        assertNothingWasExecuted();
    }

    @Test
    void longArgumentArrivesWhole() {
        String argument = "0123456789".repeat(10_000);

        run(sh("printf %s \"$1\" > argument", argument));

        assertThat(read("argument")).isEqualTo(argument);
    }

    @Test
    void programWithoutSlashIsFoundOnThePath() {
        run(JobRequest.command("true").workingDirectory(folder()));
    }

    @Test
    void commandIsStartedOncePerTask() {
        needsSlots(2);
        run(sh("echo $RANK of $WORLD_SIZE >> ranks").tasks(2));

        assertThat(lines("ranks")).containsExactlyInAnyOrder("0 of 2", "1 of 2");
    }

    @Test
    void commandIsStartedOnceWhereThatIsAskedFor() {
        needsSlots(2);
        run(sh("echo started >> starts").tasks(2).launch(Launch.ONCE));

        assertThat(lines("starts")).hasSize(1);
    }

    @Test
    void jobFailsIfOneOfItsTasksFails() {
        needsSlots(2);
        Job job = end(submit(sh("[ $RANK != 1 ] || exit 4").tasks(2)));

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus().orElseThrow().shellCode()).isEqualTo(4);
    }

    // ---------------------------------------------------------------- scripts

    @Test
    void scriptTextRunsInItsFolder() {
        run(JobRequest.script("#!/bin/sh\npwd -P > where\n").workingDirectory(folder()));

        assertThat(exists("where")).isTrue();
    }

    @Test
    void scriptTextArrivesByteForByte() {
        String hostile = HOSTILE.stream().filter(h -> !h.equals("EOF")).collect(Collectors.joining("\n"));

        run(JobRequest.script("#!/bin/sh\ncat > text <<'EOF'\n" + hostile + "\nEOF\n")
                .workingDirectory(folder()));

        assertThat(read("text")).isEqualTo(hostile + "\n");
        assertNothingWasExecuted();
    }

    @Test
    void scriptTextRunsByTheInterpreterOfItsFirstLine() {
        run(JobRequest.script("#!/usr/bin/awk -f\nBEGIN { print 6 * 7 > \"answer\" }\n")
                .workingDirectory(folder()));

        assertThat(lines("answer")).containsExactly("42");
    }

    @Test
    void scriptWithoutLastLineEndRunsWhole() {
        run(JobRequest.script("#!/bin/sh\necho whole > text").workingDirectory(folder()));

        assertThat(lines("text")).containsExactly("whole");
    }

    @Test
    void scriptIsStartedOnceForSeveralTasks() {
        needsSlots(2);
        run(JobRequest.script("#!/bin/sh\necho started >> starts\n")
                .workingDirectory(folder())
                .tasks(2));

        assertThat(lines("starts")).hasSize(1);
    }

    @Test
    void scriptFileGetsItsArgumentsByteForByte() {
        write("job.sh", "#!/bin/sh\nprintf '%s\\0' \"$@\" > arguments\n", 0755);

        run(JobRequest.scriptFile(path("job.sh"), HOSTILE.toArray(new String[0]))
                .workingDirectory(folder()));

        assertThat(read("arguments").split("\0", -1)).containsExactly(plusEmpty(HOSTILE));
        assertNothingWasExecuted();
    }

    @Test
    void scriptFileIsFoundRelativeToTheWorkingDirectory() {
        write("job.sh", "#!/bin/sh\necho relative > text\n", 0755);

        run(JobRequest.scriptFile("job.sh").workingDirectory(folder()));

        assertThat(lines("text")).containsExactly("relative");
    }

    @Test
    void scriptFileWithoutInterpreterIsRefused() {
        write("job.sh", "echo no interpreter\n", 0755);

        assertScriptIsRefused("job.sh");
    }

    @Test
    void scriptFileWithWindowsLineEndsIsRefused() {
        write("job.sh", "#!/bin/sh\r\necho windows\r\n", 0755);

        assertScriptIsRefused("job.sh");
    }

    @Test
    void scriptFileThatMayNotBeExecutedIsRefused() {
        write("job.sh", "#!/bin/sh\ntrue\n", 0644);

        assertScriptIsRefused("job.sh");
    }

    @Test
    void scriptFileThatDoesNotExistIsRefused() {
        assertScriptIsRefused("missing.sh");
    }

    private void assertScriptIsRefused(String name) {
        JobRequest.Builder request = JobRequest.scriptFile(path(name)).workingDirectory(folder());

        assertThatThrownBy(() -> submit(request))
                .isInstanceOf(RejectedJobException.class)
                .hasMessageContaining(name);
    }

    // ---------------------------------------------------------------- folder and environment

    @Test
    void workingDirectoryWithHostileNameIsUsed() {
        String directory = path("-it's \"a\" $(touch pwned) `x` ; * ü");
        files().mkdirs(directory);

        run(sh("echo here > where").workingDirectory(directory));

        assertThat(readPath(directory + "/where")).isEqualTo("here\n");
        assertNothingWasExecuted();
    }

    @Test
    void environmentArrivesByteForByte() {
        JobRequest.Builder request =
                sh("i=0; while [ $i -lt $COUNT ]; do eval \"printf '%s\\\\0' \\\"\\$VALUE_$i\\\"\"; "
                                + "i=$((i+1)); done > values")
                        .environment("COUNT", Integer.toString(HOSTILE.size()));
        for (int i = 0; i < HOSTILE.size(); i++) {
            request.environment("VALUE_" + i, HOSTILE.get(i));
        }

        run(request);

        assertThat(read("values").split("\0", -1)).containsExactly(plusEmpty(HOSTILE));
        assertNothingWasExecuted();
    }

    @Test
    void environmentOfTheSubmitterDoesNotLeak() {
        Map<String, String> mine = System.getenv();
        Set<String> telling = new TreeSet<>(mine.keySet());
        telling.removeIf(v -> EVERYWHERE.contains(v) || v.startsWith("LC_") || v.startsWith("HPC_"));
        assumeFalse(telling.isEmpty(), "this process has no variable of its own that could leak");

        run(sh("env -0 > environment"));

        Set<String> leaked = Arrays.stream(read("environment").split("\0"))
                .map(line -> line.substring(0, Math.max(0, line.indexOf('='))))
                .filter(telling::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(leaked).isEmpty();
    }

    @Test
    void jobKnowsItsIdNodeAndAttempt() {
        Job job = run(sh("echo \"$HPC_JOB_ID $HPC_NODE $HPC_ATTEMPT\" > words"));

        assertThat(job.nodes()).hasSize(1);
        assertThat(lines("words")).containsExactly(job.id() + " " + job.nodes().get(0) + " 1");
    }

    @Test
    void nameArrivesByteForByteAndIsNotExecuted() {
        String name = "it's \"a\" $(touch pwned) `touch pwned`; * -x ü";

        Job job = run(sh("true").name(name));

        assertThat(job.name()).contains(name);
        assertNothingWasExecuted();
    }

    @Test
    void longestNameIsTaken() {
        String name = "n".repeat(JobRequest.LONGEST_NAME);

        assertThat(run(sh("true").name(name)).name()).contains(name);
    }

    @Test
    void nativeOptionsOfAnotherBackendAreNotSeen() {
        run(sh("true").nativeOption("no-such-backend", "--hold"));
    }

    private void assertNothingWasExecuted() {
        assertThat(exists("pwned")).isFalse();
    }

    private static String[] plusEmpty(List<String> values) {
        String[] all = values.toArray(new String[values.size() + 1]);
        all[values.size()] = "";
        return all;
    }
}
