package io.hpc4j.store.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.ResourceUsage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The files in {@code kept} were written once and are never changed: stores in the field hold such lines. When the writer
 * changes, they stay, the tests that compare with them become tests that read them, and the new form gets files beside.
 */
class KeptFilesTest {

    private static String kept(String name) throws IOException {
        try (InputStream in = KeptFilesTest.class.getResourceAsStream("kept/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void jobOfFormat1IsRead() throws IOException {
        assertThat(JobJson.read(kept("job-1.json"))).isEqualTo(Samples.job());
    }

    @Test
    void requestsOfFormat1AreRead() throws IOException {
        assertThat(RequestJson.read(kept("request-command-1.json"))).isEqualTo(Samples.request());
        assertThat(RequestJson.read(kept("request-script-1.json"))).isEqualTo(Samples.script());
        assertThat(RequestJson.read(kept("request-file-1.json"))).isEqualTo(Samples.scriptFile());
    }

    @Test
    void whatIsWrittenTodayHasItsFiles() throws IOException {
        assertThat(JobJson.write(Samples.job())).isEqualTo(kept("job-1.json"));
        assertThat(RequestJson.write(Samples.request())).isEqualTo(kept("request-command-1.json"));
        assertThat(RequestJson.write(Samples.script())).isEqualTo(kept("request-script-1.json"));
        assertThat(RequestJson.write(Samples.scriptFile())).isEqualTo(kept("request-file-1.json"));
    }

    @Test
    void filesSetEveryFieldThereIs() throws IOException {
        assertThat(JsonObject.parse(kept("job-1.json")).names()).hasSize(1 + fields(Job.class));
        assertThat(JsonObject.parse(kept("job-1.json"))
                        .object("usage")
                        .orElseThrow()
                        .names())
                .hasSize(fields(ResourceUsage.class));
        assertThat(JsonObject.parse(kept("request-command-1.json")).names()).hasSize(1 + fields(JobRequest.class));
    }

    private static int fields(Class<?> type) {
        return (int) Arrays.stream(type.getDeclaredFields())
                .filter(f -> !Modifier.isStatic(f.getModifiers()))
                .count();
    }
}
