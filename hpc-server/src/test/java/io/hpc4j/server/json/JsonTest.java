package io.hpc4j.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class JsonTest {

    private static Job whole() {
        return Job.builder(JobId.of("141_7"), JobState.UNKNOWN)
                .rawState("SIGNALING")
                .name("hostile \"name\"\n\u0000 \u20ac \ud83d\ude00")
                .owner("ada")
                .queue("debug")
                .account("physics")
                .key("k-1")
                .arrayId(JobId.of("141"))
                .arrayIndex(0)
                .reason("because")
                .exitStatus(new ExitStatus(0, 9))
                .submittedAt(Instant.parse("2026-03-01T10:00:00.000000001Z"))
                .startedAt(Instant.parse("2026-03-01T10:00:01Z"))
                .endedAt(Instant.parse("2026-03-01T10:00:02.5Z"))
                .walltime(Duration.ofHours(2))
                .workingDirectory("/tmp/x y")
                .stdout("/tmp/o")
                .stderr("/tmp/e")
                .attempt(3)
                .slots(12)
                .nodes(List.of("n1", "n2"))
                .labels(Map.of("a", "1", "b", ""))
                .usage(ResourceUsage.builder()
                        .cpuTime(Duration.ofNanos(1))
                        .elapsed(Duration.ofMillis(1500))
                        .memoryBytes(0)
                        .peakMemoryBytes(Long.MAX_VALUE)
                        .memoryByteSeconds(1.5e18)
                        .readBytes(1)
                        .writtenBytes(2)
                        .ioWait(Duration.ofDays(400))
                        .energyJoules(0.1)
                        .gpuTime(Duration.ZERO)
                        .peakGpuMemoryBytes(5)
                        .measuredAt(Instant.parse("2026-03-01T10:00:02Z"))
                        .build())
                .build();
    }

    @Test
    void jobIsReadBackAsItWas() {
        assertThat(JobJson.fromJson(JsonObject.parse(JobJson.toJson(whole()).toString())))
                .isEqualTo(whole());
    }

    @Test
    void jobOfWhichLittleIsKnownIsReadBackAsItWas() {
        Job job = Job.builder(JobId.of("1"), JobState.PENDING).build();

        assertThat(JobJson.fromJson(JsonObject.parse(JobJson.toJson(job).toString())))
                .isEqualTo(job);
    }

    @Test
    void shapeOfAJobIsTheDocumentedOne() {
        Job job = Job.builder(JobId.of("7"), JobState.FAILED)
                .name("solver")
                .exitStatus(ExitStatus.ofCode(3))
                .submittedAt(Instant.parse("2026-03-01T10:00:00Z"))
                .walltime(Duration.ofMinutes(90))
                .slots(2)
                .nodes(List.of("node1"))
                .usage(ResourceUsage.builder()
                        .cpuTime(Duration.ofMillis(1250))
                        .peakMemoryBytes(4096)
                        .build())
                .build();

        assertThat(JobJson.toJson(job))
                .hasToString("{\"id\":\"7\",\"name\":\"solver\",\"state\":\"FAILED\",\"rawState\":\"FAILED\","
                        + "\"exitStatus\":{\"code\":3,\"signal\":0},\"attempt\":1,"
                        + "\"submittedAt\":\"2026-03-01T10:00:00Z\",\"walltimeSeconds\":5400,\"slots\":2,"
                        + "\"nodes\":[\"node1\"],\"usage\":{\"cpuTimeSeconds\":1.25,\"peakMemoryBytes\":4096}}");
    }

    @Test
    void requestIsReadBackAsItWas() {
        JobRequest request = JobRequest.command("sh", "-c", "echo \"$X\"\n", "")
                .launch(JobRequest.Launch.ONCE)
                .name("n")
                .workingDirectory("/w")
                .nodes(2)
                .tasks(5)
                .cpusPerTask(3)
                .memoryPerNodeBytes(1L << 40)
                .gpusPerNode(1)
                .gpuType("a100")
                .walltime(Duration.ofMillis(1500))
                .queue("q")
                .account("a")
                .environment("X", "\u0001\n=\u20ac")
                .module("m")
                .stdin("i")
                .stdout("o%j")
                .stderr("e")
                .mail("ada@example.org", JobRequest.MailEvent.BEGIN, JobRequest.MailEvent.FAIL)
                .dependsOn(Dependency.Type.AFTER_START, JobId.of("3"))
                .beginAt(Instant.parse("2026-03-01T10:00:00Z"))
                .priority(-1)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 2)
                .nativeOption("slurm", "--a")
                .nativeOption("slurm", "--b")
                .key("k")
                .label("l", "v")
                .build();

        assertThat(readBack(request)).isEqualTo(request);
    }

    @Test
    void payloadsAreReadBackAsTheyWere() {
        JobRequest script = JobRequest.script("#!/bin/sh\n\u20ac\n").build();
        JobRequest file = JobRequest.scriptFile("/a b.sh", "x", "").build();
        JobRequest command = JobRequest.command("true").build();

        assertThat(readBack(script)).isEqualTo(script);
        assertThat(readBack(file)).isEqualTo(file);
        assertThat(readBack(command)).isEqualTo(command);
    }

    private static JobRequest readBack(JobRequest request) {
        return RequestJson.fromJson(JsonObject.parse(RequestJson.toJson(request).toString()));
    }

    @Property
    void secondsAreExact(@ForAll @LongRange(min = 0) long nanos) {
        String json = new JsonObject().put("s", Duration.ofNanos(nanos)).toString();

        assertThat(JsonObject.parse(json).seconds("s")).contains(Duration.ofNanos(nanos));
    }

    @Property
    void anyTextIsReadBackAsItWas(@ForAll String text) {
        String readBack =
                JsonObject.parse(new JsonObject().put("t", text).toString()).text("t");

        assertThat(readBack.codePoints().filter(c -> !isSurrogate(c)).toArray())
                .isEqualTo(text.codePoints().filter(c -> !isSurrogate(c)).toArray());
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Test
    void whatIsNoObjectOfJsonIsRefused() {
        for (String text : List.of("", "[]", "1", "{", "{\"a\":1}x", "{\"a\":}", "nonsense", "[".repeat(1000))) {
            assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> JsonObject.parse("{\"id\":1}").text("id"))
                .hasMessageContaining("id")
                .hasMessageContaining("String");
        assertThat(JsonObject.parse("{\"a\":null}").get("a")).isEmpty();
    }
}
