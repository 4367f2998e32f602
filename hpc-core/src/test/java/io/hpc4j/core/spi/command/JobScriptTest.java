package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Payload;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobScriptTest {

    @TempDir
    private Path folder = Path.of("");

    static List<List<String>> shells() {
        List<List<String>> all = new ArrayList<>(List.of(List.of("/bin/sh")));
        for (String other : List.of("/bin/dash", "/bin/bash", "/usr/bin/bash", "/bin/ksh", "/bin/busybox")) {
            if (Files.isExecutable(Path.of(other))) {
                all.add(
                        other.endsWith("bash")
                                ? List.of(other, "--posix")
                                : other.endsWith("busybox") ? List.of(other, "sh") : List.of(other));
            }
        }
        return all;
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Sh.posixStrings().list().ofMaxSize(30);
    }

    // ---------------------------------------------------------------- text

    @Test
    void directivesFollowTheFirstLine() {
        String script = JobScript.of(command("true"))
                .shell("/bin/bash")
                .directive("#SBATCH", "--job-name=a b")
                .directive("#SBATCH", "--nodes=2")
                .build();

        assertThat(script.lines().limit(4))
                .startsWith("#!/bin/bash", "#SBATCH --job-name=a b", "#SBATCH --nodes=2")
                .noneMatch(String::isBlank);
        assertThat(script).endsWith("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--name=a\nrm -rf x", "--name=a\r", "--name=\0"})
    void directiveOfSeveralLinesIsRefused(String option) {
        assertThatThrownBy(() -> JobScript.of(command("true")).directive("#SBATCH", option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one line");
    }

    @Test
    void impossiblePartsAreRefused() {
        JobScript.Builder script = JobScript.of(command("true"));

        assertThatThrownBy(() -> script.directive("SBATCH", "x")).hasMessageContaining("begins with #");
        assertThatThrownBy(() -> script.environment("A B", "x")).hasMessageContaining("'A B'");
        assertThatThrownBy(() -> script.environment("A", "\0")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> script.workingDirectory("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> script.workingDirectory("a\nb")).hasMessageContaining("one line");
        assertThatThrownBy(() -> script.module("a\nb")).hasMessageContaining("one line");
        assertThatThrownBy(() -> script.shell("/bin/sh\nx")).hasMessageContaining("one line");
        assertThatThrownBy(() -> script.exitRecord("relative", "k")).hasMessageContaining("absolute");
        assertThatThrownBy(() -> script.exitRecord("/x", "a b")).hasMessageContaining("'a b'");
        assertThatThrownBy(() -> script.exitRecordPerTask("A B")).hasMessageContaining("'A B'");
        assertThatThrownBy(() -> script.placeholder('j', "A B")).hasMessageContaining("'A B'");
    }

    @Property(tries = 200)
    void nothingEmbeddedLooksLikeADirective(@ForAll("words") List<String> words) {
        String script = JobScript.of(new Payload.ScriptText("#!/bin/sh\n" + unixText("\n#", words)))
                .environment("A", String.join("\n#", words))
                .launcher(words)
                .build();

        assertThat(script.split("\n", -1))
                .filteredOn(line -> line.startsWith("#"))
                .containsExactly("#!/bin/sh");
    }

    // ---------------------------------------------------------------- what arrives

    @ParameterizedTest
    @MethodSource("shells")
    void argumentsArriveByteForByte(List<String> shell) throws IOException {
        List<String> words = new ArrayList<>(List.of("printf", "<%s>"));
        words.addAll(Sh.HOSTILE);

        CommandResult result = run(shell, JobScript.of(new Payload.Command(words)));

        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).isEqualTo("<" + String.join("><", Sh.HOSTILE) + ">");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void environmentArrivesByteForByte(List<String> shell) throws IOException {
        for (String name : List.of("KIT_VALUE", "IFS", "UID", "PPID", "RANDOM", "PS1", "_hpc_code", "CDPATH", "PWD")) {
            CommandResult result = run(
                    shell,
                    JobScript.of(command("/usr/bin/printenv", name))
                            .workingDirectory("/")
                            .environment(name, "a'b\n$(echo no)\n"));

            assertThat(result.stderr()).as(name).isEmpty();
            assertThat(result.stdout()).as(name).isEqualTo("a'b\n$(echo no)\n\n");
        }
    }

    @Property(tries = 40)
    void everyArgumentVariableAndScriptArrives(@ForAll("words") List<String> words) throws IOException {
        String text = unixText("\n", words);
        Path place = Files.createTempDirectory("job-script");
        try {
            List<String> all = new ArrayList<>(List.of("printf", "%s:"));
            all.addAll(words);
            CommandResult arguments = runIn(place, List.of("/bin/sh"), JobScript.of(new Payload.Command(all)));
            CommandResult variable = runIn(
                    place,
                    List.of("/bin/sh"),
                    JobScript.of(command("/usr/bin/printenv", "KIT_VALUE")).environment("KIT_VALUE", text));
            String script = "#!/bin/cat\n" + text;
            CommandResult file = runIn(place, List.of("/bin/sh"), JobScript.of(new Payload.ScriptText(script)));

            String joined = String.join(":", words) + ":";
            assertThat(arguments.stdout()).isEqualTo(words.isEmpty() ? ":" : joined);
            assertThat(variable.stdout()).isEqualTo(text + "\n");
            assertThat(file.stdout()).isEqualTo(script);
        } finally {
            deleteAll(place);
        }
    }

    @Test
    void scriptIsRunByTheInterpreterOfItsFirstLine() throws IOException {
        String script = "#! /usr/bin/env  -S awk -f \nBEGIN { print \"awk\"; exit 7 }";

        CommandResult result = run(List.of("/bin/sh"), JobScript.of(new Payload.ScriptText(script)));

        assertThat(result.stdout()).isEqualTo("awk\n");
        assertThat(result.exitCode()).isEqualTo(7);
    }

    @Test
    void temporaryScriptIsRemoved() throws IOException {
        CommandResult result = run(
                List.of("/bin/sh"),
                JobScript.of(new Payload.ScriptText("#!/bin/sh\necho \"$0\"\n")).scriptFolder(folder.toString()));

        Path script = Path.of(result.stdout().strip());
        assertThat(script.getParent()).isEqualTo(folder);
        assertThat(script).doesNotExist();
    }

    @Test
    void scriptFileIsFoundInTheWorkingDirectory() throws IOException {
        Path script = Files.writeString(folder.resolve("my script"), "#!/bin/sh\necho \"$PWD $*\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        CommandResult result = run(
                List.of("/bin/sh"),
                JobScript.of(new Payload.ScriptFile("my script", List.of("a", "b")))
                        .workingDirectory(folder.toString()));

        assertThat(result.stdout()).isEqualTo(folder + " a b\n");
    }

    @Test
    void programIsNeverABuiltinOfTheShell() throws IOException {
        CommandResult result = run(List.of("/bin/sh"), JobScript.of(command("exit", "0")));

        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.stderr()).contains("exit");
    }

    @Test
    void launcherComesFirst() throws IOException {
        CommandResult result =
                run(List.of("/bin/sh"), JobScript.of(command("a b", "c")).launcher(List.of("printf", "<%s>")));

        assertThat(result.stdout()).isEqualTo("<a b><c>");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void inputReachesThePayload(List<String> shell) throws IOException {
        Path script = write(JobScript.of(command("cat")));

        CommandResult result = Sh.run(CommandLine.of(with(shell, script)).withStdin("input"));

        assertThat(result.stdout()).isEqualTo("input");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void filesTakeTheirNamesFromTheScheduler(List<String> shell) throws IOException {
        Files.writeString(folder.resolve("in"), "input");

        run(
                shell,
                JobScript.of(command("sh", "-c", "cat; echo err >&2"))
                        .workingDirectory(folder.toString())
                        .placeholder('j', "KIT_ID")
                        .environment("KIT_ID", "17 $x")
                        .stdin("in")
                        .stdout("it's %j-%%-%z")
                        .stderr("%j%j"));

        assertThat(folder.resolve("it's 17 $x-%-%z")).hasContent("input");
        assertThat(folder.resolve("17 $x17 $x")).hasContent("err");
    }

    @Test
    void outputAndErrorsMayShareAFile() throws IOException {
        String file = folder.resolve("both").toString();

        run(
                List.of("/bin/sh"),
                JobScript.of(command("sh", "-c", "echo a; echo b >&2; echo c"))
                        .stdout(file)
                        .stderr(file));

        assertThat(Path.of(file)).hasContent("a\nb\nc\n");
    }

    // ---------------------------------------------------------------- what fails before the payload

    @Test
    void missingWorkingDirectoryIsTold() throws IOException {
        CommandResult result =
                run(List.of("/bin/sh"), JobScript.of(command("echo", "ran")).workingDirectory("/no/such 'folder'"));

        assertThat(result.exitCode()).isEqualTo(JobScript.PREPARATION_FAILED);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).contains("hpc: cannot enter the working directory /no/such 'folder'");
    }

    @Test
    void nodeWithoutModulesIsTold() throws IOException {
        CommandResult result = run(
                List.of("/bin/sh"),
                JobScript.of(command("echo", "ran")).module("openmpi/4.1").module("hdf5"));

        assertThat(result.exitCode()).isEqualTo(JobScript.PREPARATION_FAILED);
        assertThat(result.stderr()).contains("no command 'module'").contains("openmpi/4.1, hdf5");
    }

    /** {@code good} loads, {@code bad} fails, {@code silent} fails as old Environment Modules do: with exit code 0. */
    private Map<String, String> modules() throws IOException {
        Files.createDirectories(folder.resolve("init"));
        Files.writeString(folder.resolve("init/sh"), """
                module() {
                  case "$2" in
                    good*) LOADEDMODULES="${LOADEDMODULES:+$LOADEDMODULES:}$2/1.0"; export LOADEDMODULES GOOD=yes ;;
                    bad) return 1 ;;
                    *) echo "Unable to locate a modulefile for '$2'" >&2 ;;
                  esac
                }
                """);
        return Map.of("MODULESHOME", folder.toString());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void modulesAreLoadedInOrder(List<String> shell) throws IOException {
        CommandResult result = run(
                shell,
                JobScript.of(command("/usr/bin/printenv", "LOADEDMODULES", "GOOD"))
                        .environment(modules())
                        .module("good a")
                        .module("good"));

        assertThat(result.stdout()).isEqualTo("good a/1.0:good/1.0\nyes\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad", "silent"})
    void moduleThatCannotBeLoadedIsTold(String module) throws IOException {
        CommandResult result = run(
                List.of("/bin/sh"),
                JobScript.of(command("echo", "ran"))
                        .environment(modules())
                        .module("good")
                        .module(module));

        assertThat(result.exitCode()).isEqualTo(JobScript.PREPARATION_FAILED);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).contains("hpc: cannot load the module " + module);
    }

    // ---------------------------------------------------------------- the exit record

    @ParameterizedTest
    @MethodSource("shells")
    void exitCodeIsKeptAndRecorded(List<String> shell) throws IOException {
        for (int code : new int[] {0, 1, 3, 125, 127, 255}) {
            Path record = folder.resolve("it's a record/" + code);
            long before = Instant.now().getEpochSecond();

            CommandResult result = run(
                    shell, JobScript.of(command("sh", "-c", "exit " + code)).exitRecord(record.toString(), "key-1"));

            assertThat(result.exitCode()).isEqualTo(code);
            String[] words = Files.readString(record).split(" ", -1);
            assertThat(words).hasSize(5);
            assertThat(words[0]).isEqualTo("key-1");
            assertThat(words[1]).isEqualTo("" + code);
            assertThat(Long.parseLong(words[2])).isBetween(before, Instant.now().getEpochSecond());
            assertThat(Long.parseLong(words[3]))
                    .isBetween(Long.parseLong(words[2]), Instant.now().getEpochSecond());
            assertThat(words[4]).endsWith("\n").isNotBlank();
        }
        try (Stream<Path> all = Files.list(folder.resolve("it's a record"))) {
            assertThat(all).as("no temporary files").hasSize(6);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void signalIsRecordedAs128More(List<String> shell) throws IOException {
        Path record = folder.resolve("record");

        CommandResult result =
                run(shell, JobScript.of(command("sh", "-c", "kill -s KILL $$")).exitRecord(record.toString(), "k"));

        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(record).content().startsWith("k 137 ");
    }

    @Test
    void failureBeforeThePayloadIsRecorded() throws IOException {
        Path record = folder.resolve("record");

        run(
                List.of("/bin/sh"),
                JobScript.of(command("true")).workingDirectory("/missing").exitRecord(record.toString(), "k"));

        assertThat(record).content().startsWith("k 125 ");
    }

    @Test
    void recordMayLieInTheHomeFolderAndBelongToATask() throws IOException {
        Path script = write(JobScript.of(command("sh", "-c", "exit 4"))
                .exitRecord("~/x y/record", "k")
                .exitRecordPerTask("KIT_TASK"));
        CommandLine command = CommandLine.of("/bin/sh", script.toString()).withEnvironment("HOME", folder.toString());

        Sh.run(command.withEnvironment("KIT_TASK", "7"));
        Sh.run(command);

        assertThat(folder.resolve("x y/record.7")).content().startsWith("k 4 ");
        assertThat(folder.resolve("x y/record")).content().startsWith("k 4 ");
    }

    @Test
    void recordThatCannotBeWrittenLeavesTheExitCode() throws IOException {
        CommandResult result = run(
                List.of("/bin/sh"), JobScript.of(command("sh", "-c", "exit 6")).exitRecord("/proc/no/record", "k"));

        assertThat(result.exitCode()).isEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void termOfTheShellAloneEndsThePayload(List<String> shell) throws Exception {
        Path record = folder.resolve("record");
        Process process = start(
                shell,
                JobScript.of(command("sh", "-c", "echo ready >ready; exec sleep 60"))
                        .workingDirectory(folder.toString())
                        .exitRecord(record.toString(), "k"));
        awaitReady();

        process.destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(record).content().startsWith("k 143 ");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void payloadMayTidyUpAndChooseItsExitCode(List<String> shell) throws Exception {
        Path record = folder.resolve("record");
        Process process = start(
                shell,
                JobScript.of(new Payload.ScriptText("""
                                #!/bin/sh
                                trap 'echo tidy >tidy; exit 9' TERM
                                trap 'echo usr1 >usr1' USR1
                                trap 'echo int >int' INT
                                echo ready >ready
                                while :; do sleep 0.02; done
                                """))
                        .workingDirectory(folder.toString())
                        .exitRecord(record.toString(), "k"));
        awaitReady();

        signal(process, "USR1");
        awaitFile("usr1");
        signal(process, "INT");
        awaitFile("int");
        assertThat(process.isAlive()).isTrue();
        process.destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
        assertThat(folder.resolve("tidy")).exists();
        assertThat(record).content().startsWith("k 9 ");
    }

    // ---------------------------------------------------------------- help

    /** Without the line ends of Windows, which no script may have. */
    private static String unixText(String between, List<String> words) {
        return String.join(between, words).replace("\r", "\r.");
    }

    private static Payload command(String... words) {
        return new Payload.Command(List.of(words));
    }

    private CommandResult run(List<String> shell, JobScript.Builder script) throws IOException {
        return runIn(folder, shell, script);
    }

    private static CommandResult runIn(Path place, List<String> shell, JobScript.Builder script) throws IOException {
        Path file = place.resolve("job.sh");
        Files.writeString(file, script.build());
        return Sh.run(CommandLine.of(with(shell, file)));
    }

    private Path write(JobScript.Builder script) throws IOException {
        return Files.writeString(folder.resolve("job.sh"), script.build());
    }

    private static List<String> with(List<String> shell, Path script) {
        List<String> all = new ArrayList<>(shell);
        all.add(script.toString());
        return all;
    }

    private Process start(List<String> shell, JobScript.Builder script) throws IOException {
        Process process = new ProcessBuilder(with(shell, write(script)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write("".getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    private void awaitReady() {
        awaitFile("ready");
    }

    private void awaitFile(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Files.exists(folder.resolve(name)));
    }

    private static void signal(Process process, String name) {
        assertThat(Sh.run(CommandLine.of("/bin/sh", "-c", "kill -s " + name + " " + process.pid()))
                        .isSuccess())
                .isTrue();
    }

    private static void deleteAll(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(place);
    }
}
