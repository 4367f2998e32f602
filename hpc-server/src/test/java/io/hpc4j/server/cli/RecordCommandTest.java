package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.store.JobRecord;
import io.hpc4j.store.json.RequestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordCommandTest {

    @TempDir
    private Path folder = Path.of("/nonexistent");

    private Shell shell = new Shell(Path.of("/nonexistent"));

    @BeforeEach
    void start() {
        shell = new Shell(folder);
    }

    private JobRequest last() {
        return shell.fake.requests().get(shell.fake.requests().size() - 1);
    }

    private String recorded(String... submit) {
        shell.run(submit);
        assertThat(shell.run("record", shell.out().strip())).as(shell.err()).isZero();
        return shell.out();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("record.json"), text);
    }

    @Test
    void recordIsALineOfJsonWithAnIntactDigest() {
        String line = recorded("submit", "-n", "exit 3", "--env", "A=1", "--", "solver", "x");

        assertThat(line).endsWith("\n").hasLineCount(1);
        JobRecord record = JobRecord.parse(line);
        assertThat(record.verify()).isTrue();
        assertThat(record.cluster()).isEqualTo("local:");
        assertThat(record.job().state()).isEqualTo(JobState.FAILED);
        assertThat(record.request()).contains(last());
    }

    @Test
    void rerunSubmitsTheSameWithANewKeyAndALabelForItsOrigin() throws IOException {
        file(recorded("submit", "-n", "fine", "--env", "A=1", "--label", "l=v", "--", "solver", "x"));
        JobRequest before = last();

        assertThat(shell.run("rerun", "record.json")).as(shell.err()).isZero();
        assertThat(shell.out()).isEqualTo("2\n");
        assertThat(last().key()).isPresent().isNotEqualTo(before.key());
        assertThat(last().labels()).containsEntry("rerun-of", "local:#1").containsEntry("l", "v");
        assertThat(last().environment()).isEqualTo(before.environment());
        assertThat(last().payload()).isEqualTo(before.payload());
    }

    @Test
    void recordIsReadFromStandardInputToo() {
        String line = recorded("submit", "-n", "fine", "true");

        assertThat(shell.stdin(line).run("rerun", "--json", "-")).isZero();
        assertThat(shell.out()).startsWith("{\"id\":\"2\"");
    }

    @Test
    void changedRecordIsRefusedUnlessForced() throws IOException {
        file(recorded("submit", "-n", "fine", "--", "solver", "x").replace("\"x\"", "\"y\""));

        assertThat(shell.run("rerun", "record.json")).isEqualTo(2);
        assertThat(shell.err()).contains("record.json").contains("--force").hasLineCount(1);
        assertThat(shell.run("rerun", "--dry-run", "record.json")).isEqualTo(2);
        assertThat(shell.fake.requests()).hasSize(1);
        assertThat(shell.run("rerun", "--force", "record.json")).isZero();
        assertThat(shell.err()).contains("does not hold");
        assertThat(last().payload().toString()).contains("y");
    }

    @Test
    void dryRunShowsTheRequestAndConnectsToNothing() throws IOException {
        file(recorded("submit", "-n", "fine", "true"));
        shell.fake.fail(new IllegalStateException("asked"));

        assertThat(shell.run("rerun", "record.json", "--dry-run")).isZero();
        JobRequest shown = RequestJson.read(shell.out());
        assertThat(shown.key()).isEmpty();
        assertThat(shown.labels()).containsEntry("rerun-of", "local:#1");
        assertThat(shown.payload()).isEqualTo(last().payload());
    }

    @Test
    void conditionsOnTheJobsOfThenAreLeftOutAndTold() throws IOException {
        shell.run("submit", "-n", "fine", "true");
        file(recorded("submit", "-n", "fine", "--after-ok", "1", "true"));
        assertThat(last().dependencies()).containsExactly(new Dependency(Dependency.Type.AFTER_OK, JobId.of("1")));

        assertThat(shell.run("rerun", "record.json")).isZero();
        assertThat(shell.err()).contains("AFTER_OK 1");
        assertThat(last().dependencies()).isEmpty();
    }

    @Test
    void jobThatHasNotEndedHasNoRecord() {
        shell.run("submit", "-n", "stay", "true");

        assertThat(shell.run("record", "1")).isEqualTo(2);
        assertThat(shell.err()).contains("RUNNING");
        assertThat(shell.run("record", "77")).isEqualTo(3);
    }

    @Test
    void jobThatNobodyKnowsTheRequestOfHasARecordThatCannotBeRunAgain() throws IOException {
        shell.fake.put(Job.builder(JobId.of("9"), JobState.COMPLETED).build());

        assertThat(shell.run("record", "9")).isZero();
        assertThat(shell.err()).contains("cannot be run again");
        file(shell.out());
        assertThat(shell.run("rerun", "record.json")).isEqualTo(2);
        assertThat(shell.err()).contains("record.json").contains("job 9");
    }

    @Test
    void whatIsNoRecordIsRefused() throws IOException {
        for (String text : new String[] {"", "{}", "[]", "nonsense", "{\"record\":1}", "{\"record\":99}"}) {
            file(text);
            assertThat(shell.run("rerun", "record.json")).as(text).isEqualTo(2);
            assertThat(shell.err()).startsWith("hpc: ").hasLineCount(1);
        }
        assertThat(shell.run("rerun", "absent.json")).isEqualTo(2);
        assertThat(shell.err()).contains("absent.json");
    }
}
