package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRequestTest {

    private static JobRequest.Builder request() {
        return JobRequest.command("./solver", "case.dat");
    }

    @Test
    void whatIsNotSetIsNotAskedFor() {
        JobRequest request = request().build();

        assertThat(request.nodes()).isEqualTo(1);
        assertThat(request.tasks()).isEqualTo(1);
        assertThat(request.cpusPerTask()).isEqualTo(1);
        assertThat(request.slots()).isEqualTo(1);
        assertThat(request.name()).isEmpty();
        assertThat(request.nameOrDefault()).isEqualTo("solver");
        assertThat(request.walltime()).isEmpty();
        assertThat(request.memoryPerNodeBytes()).isEmpty();
        assertThat(request.queue()).isEmpty();
        assertThat(request.environment()).isEmpty();
        assertThat(request.launch()).isEqualTo(JobRequest.Launch.PER_TASK);
        assertThat(JobRequest.script("#!/bin/sh\n").build().launch()).isEqualTo(JobRequest.Launch.ONCE);
    }

    @Test
    void tasksFollowTheNodesUnlessSet() {
        assertThat(request().nodes(3).build().tasks()).isEqualTo(3);
        assertThat(request().nodes(3).tasks(6).cpusPerTask(2).build().slots()).isEqualTo(12);
    }

    @Test
    void copyOfARequestIsEqual() {
        JobRequest request = request()
                .launch(JobRequest.Launch.ONCE)
                .name("a name")
                .workingDirectory("/scratch")
                .nodes(2)
                .tasks(4)
                .cpusPerTask(2)
                .memoryPerNodeBytes(1L << 30)
                .gpusPerNode(1)
                .gpuType("a100")
                .walltime(Duration.ofHours(1))
                .queue("debug")
                .account("physics")
                .environment("A", "b")
                .module("openmpi/4.1")
                .stdin("in")
                .stdout("out-%j")
                .stderr("err-%A-%a")
                .mail("ada@example.org", JobRequest.MailEvent.END)
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("1"), JobId.of("2"))
                .beginAt(Instant.EPOCH)
                .priority(-5)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 2)
                .nativeOption("slurm", "--a")
                .nativeOption("slurm", "--b")
                .key("k-1")
                .label("project", "x")
                .build();

        JobRequest copy = request.toBuilder().build();

        assertThat(copy).isEqualTo(request).hasSameHashCodeAs(request);
        assertThat(copy.nativeOptions()).isEqualTo(Map.of("slurm", List.of("--a", "--b")));
        assertThat(copy.dependencies()).hasSize(2);
        assertThat(request.withKey("k-2")).isNotEqualTo(request);
        assertThat(request.withKey("k-2").key()).contains("k-2");
    }

    @Test
    void builderGoesOnWithoutChangingWhatItMade() {
        JobRequest.Builder builder = request().environment("A", "1");
        JobRequest first = builder.build();

        builder.environment("B", "2").module("m").label("l", "v");

        assertThat(first.environment()).containsOnlyKeys("A");
        assertThat(first.modules()).isEmpty();
        assertThat(first.labels()).isEmpty();
    }

    @Test
    void descriptionHasNoSecrets() {
        JobRequest request = JobRequest.command("run", "argument-secret")
                .environment("TOKEN", "variable-secret")
                .build();

        assertThat(request.toString()).contains("run").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\rb", "a\0b"})
    void wordsAreOneLineAndNotBlank(String word) {
        List<Runnable> setters = List.of(
                () -> request().name(word),
                () -> request().workingDirectory(word),
                () -> request().queue(word),
                () -> request().account(word),
                () -> request().module(word),
                () -> request().gpuType(word),
                () -> request().stdin(word),
                () -> request().stdout(word),
                () -> request().stderr(word),
                () -> request().key(word));
        for (Runnable setter : setters) {
            assertThatIllegalArgumentException().isThrownBy(setter::run);
        }
    }

    @Test
    void longestNameIsTakenAndALongerOneShownShortened() {
        assertThatCode(() -> request().name("x".repeat(JobRequest.LONGEST_NAME)))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().name("x".repeat(10_000)))
                .withMessageContaining("a job's name")
                .withMessageContaining("(10000 characters)")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void countsAreAtLeastOne(int count) {
        List<Runnable> setters = List.of(
                () -> request().nodes(count),
                () -> request().tasks(count),
                () -> request().cpusPerTask(count),
                () -> request().memoryPerNodeBytes(count),
                () -> request().retryOn(JobState.FAILED, count),
                () -> request().walltime(Duration.ofSeconds(count)));
        for (Runnable setter : setters) {
            assertThatIllegalArgumentException().isThrownBy(setter::run).withMessageMatching(".*(was).*");
        }
    }

    @Test
    void contradictionsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().nodes(3).tasks(2).build())
                .withMessageContaining("2 tasks cannot occupy 3 nodes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().tasks(1 << 20).cpusPerTask(1 << 20).build())
                .withMessageContaining("more than any cluster has");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().gpuType("a100").build())
                .withMessageContaining("a100");
        assertThatIllegalArgumentException().isThrownBy(() -> request().gpusPerNode(-1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "A B", "A=B", "A-B", "É", "A\n"})
    void variablesHaveNamesThatEveryShellTakes(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().environment(name, "x"));
    }

    @Test
    void valueOfAVariableMayBeAnythingButNul() {
        assertThat(request().environment("A", "a\n'$(x)").build().environment()).containsEntry("A", "a\n'$(x)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().environment("A", "secret\0"))
                .withMessageContaining("value of A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%j", "out-%A_%a.txt", "%n-%u", "100%%", "%%%j", "plain"})
    void placeholdersAreTaken(String path) {
        assertThat(request().stdout(path).build().stdout()).contains(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%", "%x", "%J", "%%%", "%5j"})
    void otherPlaceholdersAreRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().stdout(path))
                .withMessageContaining("%j %A %a %n %u and %%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", ".a", "a b", "a/b", "ä", "a\n"})
    void keysAreWords(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().key(key));
        assertThatIllegalArgumentException().isThrownBy(() -> request().key("k".repeat(65)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada", "@example.org", "a da@example.org", "a\n@b"})
    void mailNeedsAnAddress(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> request().mail(address, JobRequest.MailEvent.END));
    }

    @Test
    void mailNeedsAnEvent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().mail("ada@example.org"))
                .withMessageContaining("BEGIN");
    }

    @ParameterizedTest
    @EnumSource(
            value = JobState.class,
            names = {"FAILED", "TIMED_OUT", "OUT_OF_MEMORY", "NODE_FAILED", "PREEMPTED"})
    void jobsAreRunAgainAfterEndsWithoutSuccess(JobState end) {
        assertThat(request().retryOn(end, 2).build().retries()).containsExactly(Map.entry(end, 2));
    }

    @ParameterizedTest
    @EnumSource(
            value = JobState.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FAILED", "TIMED_OUT", "OUT_OF_MEMORY", "NODE_FAILED", "PREEMPTED"})
    void jobsAreNotRunAgainAfterAnythingElse(JobState state) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().retryOn(state, 2))
                .withMessageContaining(state.name());
    }

    @Test
    void scriptsThatCouldNotStartAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobRequest.script("echo x"))
                .withMessageContaining("#!/bin/sh")
                .withMessageContaining("'echo x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobRequest.script("#!/bin/sh\r\necho x\r\n"))
                .withMessageContaining("dos2unix");
        assertThatIllegalArgumentException().isThrownBy(() -> JobRequest.script("#!/bin/sh\n\0"));
        assertThatIllegalArgumentException().isThrownBy(() -> JobRequest.scriptFile(""));
        assertThatIllegalArgumentException().isThrownBy(() -> JobRequest.command(""));
        assertThatIllegalArgumentException().isThrownBy(() -> JobRequest.command(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> JobRequest.command("a", "b\0"));
    }

    @Property
    void everyProgramGivesAName(@ForAll String program) {
        if (program.isEmpty() || program.indexOf('\0') >= 0) {
            return;
        }
        String name = JobRequest.command(program).build().nameOrDefault();

        assertThatCode(() -> request().name(name)).as("'%s'", name).doesNotThrowAnyException();
    }
}
