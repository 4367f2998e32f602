package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import io.hpc4j.store.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobRecordTest {

    private static final ClusterUri CLUSTER =
            ClusterUri.parse("slurm+ssh://ada@login.example.org:2222?token=swordfish");
    private static final String SCRIPT = "#!/bin/sh\necho hello\n";

    private static JobRequest request() {
        return JobRequest.script(SCRIPT)
                .name("hello")
                .environment("SECRET", "s3")
                .tasks(2)
                .key("k-1")
                .build();
    }

    private static Job job() {
        return Job.builder(JobId.of("141"), JobState.FAILED)
                .name("hello")
                .key("k-1")
                .attempt(2)
                .exitStatus(ExitStatus.ofCode(3))
                .submittedAt(Instant.parse("2026-03-01T10:00:00Z"))
                .startedAt(Instant.parse("2026-03-01T10:00:01Z"))
                .endedAt(Instant.parse("2026-03-01T10:00:02.5Z"))
                .slots(2)
                .nodes(List.of("n1", "n2"))
                .labels(Map.of("a", "b"))
                .usage(ResourceUsage.builder()
                        .cpuTime(Duration.ofMillis(1250))
                        .peakMemoryBytes((1L << 53) + 1)
                        .memoryByteSeconds(1.5e18)
                        .build())
                .build();
    }

    private static JobRecord record() {
        return JobRecord.of(CLUSTER, Optional.of(request()), job());
    }

    private static String kept() throws IOException {
        try (InputStream in = JobRecordTest.class.getResourceAsStream("record-1.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void recordSaysWhatWasAskedForWhereItRanAndHowItEnded() {
        JobRecord record = JobRecord.parse(record().write());

        assertThat(record.verify()).isTrue();
        assertThat(record).isEqualTo(record());
        assertThat(record.request()).contains(request());
        assertThat(record.job()).isEqualTo(job());
        assertThat(record.backend()).isEqualTo("slurm");
        assertThat(record.cluster()).isEqualTo("slurm+ssh://ada@login.example.org:2222");
        assertThat(record.write()).doesNotContain("swordfish");
        assertThat(record.toString()).doesNotContain("s3");
    }

    @Test // the kept file was written once and is never changed
    void recordOfFormat1IsReadForEver() throws IOException {
        assertThat(JobRecord.parse(kept()).verify()).isTrue();
        assertThat(JobRecord.parse(kept()).job()).isEqualTo(job());
        assertThat(JobRecord.parse(kept()).request()).contains(request());
    }

    @Test
    void sameEndIsAlwaysTheSameText() throws IOException {
        assertThat(record().write()).isEqualTo(kept());
    }

    @Test // printf '#!/bin/sh\necho hello\n' | sha256sum
    void digestOfAScriptIsThatOfItsText() {
        assertThat(record().payloadDigest())
                .contains("sha256:bfdeaeb08cffb6a36438bcd12dda25417e3cdd36f1e7e482a2849d539225288b");
    }

    @Test
    void digestOfACommandChangesWithItsWords() {
        assertThat(payloadDigest(JobRequest.command("a", "b c")))
                .isEqualTo(payloadDigest(JobRequest.command("a", "b c").name("x")))
                .isNotEqualTo(payloadDigest(JobRequest.command("a", "b", "c")))
                .isNotEqualTo(payloadDigest(JobRequest.scriptFile("a", "b c")));
    }

    private static Optional<String> payloadDigest(JobRequest.Builder request) {
        return JobRecord.of(CLUSTER, Optional.of(request.build()), job()).payloadDigest();
    }

    @Test
    void everyChangeOfAValueBreaksTheDigest() {
        String line = record().write();
        for (String[] change : new String[][] {
            {"\"code\":3", "\"code\":0"},
            {"\"FAILED\"", "\"COMPLETED\""},
            {"echo hello", "echo Hello"},
            {"9007199254740993", "9007199254740992"},
            {"\"n1\",\"n2\"", "\"n2\",\"n1\""},
            {"\"attempt\":2,", ""},
            {"\"s3\"", "\"s3 \""},
            {"login.example.org", "login.example.com"},
            {"\"record\":1", "\"later\":[{}],\"record\":1"}
        }) {
            assertThat(line).contains(change[0]);
            assertThat(JobRecord.parse(line.replace(change[0], change[1])).verify())
                    .as(change[1])
                    .isFalse();
        }
        assertThat(JobRecord.parse(JsonObject.parse(line).without("digest").toString())
                        .verify())
                .isFalse();
    }

    @Test
    void orderBlanksAndFormOfNumbersDoNotMatter() {
        String line = record().write();
        JsonObject object = JsonObject.parse(line);
        JsonObject turned = new JsonObject();
        object.names().stream()
                .sorted((a, b) -> b.compareTo(a))
                .forEach(name -> turned.put(name, object.get(name).orElseThrow()));
        String other = turned.toString().replace(",\"", " ,\n\t\"").replace("1.25", "125e-2");

        assertThat(other).isNotEqualTo(line).contains("125e-2");
        assertThat(JobRecord.parse(other).verify()).isTrue();
        assertThat(JobRecord.parse(other).write()).isEqualTo(line.replace("125e-2", "1.25"));
    }

    @Test
    void fieldsOfALaterVersionAreKeptWhenItIsWrittenAgain() {
        String later = record().write().replace("\"record\":1", "\"colour\":\"red\",\"record\":1");

        assertThat(JobRecord.parse(later).write()).contains("\"colour\":\"red\"");
    }

    @Test
    void jobThatHasNotEndedHasNoRecord() {
        for (JobState state : List.of(JobState.RUNNING, JobState.LOST)) {
            Job job = Job.builder(JobId.of("1"), state).build();
            assertThatThrownBy(() -> JobRecord.of(CLUSTER, Optional.empty(), job))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(state.name());
        }
    }

    @Test
    void requestMayBeUnknown() {
        JobRecord record = JobRecord.of(CLUSTER, Optional.empty(), job());

        assertThat(JobRecord.parse(record.write())).isEqualTo(record);
        assertThat(record.request()).isEmpty();
        assertThat(record.payloadDigest()).isEmpty();
        assertThat(record.verify()).isTrue();
    }

    @Test
    void whatIsNoRecordIsRefused() {
        for (String text : List.of("", "{}", "{\"record\":1}", "{\"record\":\"one\"}", "{\"id\":\"1\"}")) {
            assertThatThrownBy(() -> JobRecord.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> JobRecord.parse("{\"record\":2}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 2");
    }
}
