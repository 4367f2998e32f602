package io.hpc4j.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JobJsonTest {

    @Test
    void jobIsReadBackAsItWas() {
        assertThat(JobJson.read(JobJson.write(Samples.job()))).isEqualTo(Samples.job());
    }

    @Test
    void jobOfWhichLittleIsKnownIsReadBackAsItWas() {
        Job job = Job.builder(JobId.of("1"), JobState.PENDING).build();

        assertThat(JobJson.read(JobJson.write(job))).isEqualTo(job);
    }

    @Provide
    Arbitrary<Job> jobs() {
        return Any.job();
    }

    @Property(tries = 500)
    void anyJobIsReadBackAsItWas(@ForAll("jobs") Job job) {
        assertThat(JobJson.read(JobJson.write(job))).isEqualTo(job);
    }

    @Test
    void oddMeasuresAreReadBackAsTheyWere() {
        for (double odd : new double[] {Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE, 1e300}) {
            Job job = Job.builder(JobId.of("1"), JobState.RUNNING)
                    .usage(ResourceUsage.builder().energyJoules(odd).build())
                    .build();

            assertThat(JobJson.read(JobJson.write(job))).isEqualTo(job);
        }
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
    void labelWhoseNameIsNoTextSpoilsNothing() {
        Job job = Job.builder(JobId.of("1"), JobState.RUNNING)
                .labels(Map.of("half \ud800", "value"))
                .build();

        assertThat(JobJson.read(JobJson.write(job)).labels()).isEqualTo(Map.of("half \ufffd", "value"));
    }

    @Test
    void stateOfALaterVersionIsUnknownAndItsWordKept() {
        Job withWord = JobJson.read("{\"format\":1,\"id\":\"9\",\"state\":\"HIBERNATING\",\"rawState\":\"HIB\"}");
        Job without = JobJson.read("{\"id\":\"9\",\"state\":\"HIBERNATING\"}");

        assertThat(withWord.state()).isEqualTo(JobState.UNKNOWN);
        assertThat(withWord.rawState()).isEqualTo("HIB");
        assertThat(without.rawState()).isEqualTo("HIBERNATING");
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() {
        Job job = JobJson.read("{\"id\":\"9\",\"state\":\"FAILED\",\"mood\":{\"a\":[1,null]},\"usage\":{\"water\":3},"
                + "\"exitStatus\":{\"code\":1,\"signal\":0,\"core\":true}}");

        assertThat(job)
                .isEqualTo(Job.builder(JobId.of("9"), JobState.FAILED)
                        .exitStatus(ExitStatus.ofCode(1))
                        .build());
    }

    @Test
    void formatOfALaterVersionIsRefusedInWords() {
        assertThatThrownBy(() -> JobJson.read("{\"format\":2,\"id\":\"9\",\"state\":\"FAILED\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("up to 1");
    }

    @Test
    void whatIsNoJobIsRefusedByTheNameOfItsField() {
        assertThatThrownBy(() -> JobJson.read("{\"state\":\"FAILED\"}")).hasMessageContaining("'id'");
        assertThatThrownBy(() -> JobJson.read("{\"id\":\"1\",\"state\":\"FAILED\",\"endedAt\":\"noon\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endedAt")
                .hasMessageContaining("noon");
        assertThatThrownBy(() -> JobJson.read("{\"id\":\"1\",\"state\":\"FAILED\",\"slots\":99999999999}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slots");
    }
}
