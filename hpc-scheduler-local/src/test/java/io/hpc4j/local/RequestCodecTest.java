package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RequestCodecTest {

    private static JobRequest throughALine(JobRequest request) {
        List<String> fields = new ArrayList<>();
        RequestCodec.encode(request, fields);
        String line = Lines.join(fields);
        assertThat(line).doesNotContain("\n", "\r");
        return RequestCodec.decode(Lines.split(line));
    }

    /** Spelled out or left to the default is the same request. */
    private static JobRequest spelledOut(JobRequest request) {
        return request.toBuilder()
                .launch(request.launch())
                .tasks(request.tasks())
                .build();
    }

    @Property
    void everyRequestComesBackAsItWas(@ForAll("requests") JobRequest request) {
        assertThat(spelledOut(throughALine(request))).isEqualTo(spelledOut(request));
    }

    @Property
    void everyFieldComesBackAsItWas(@ForAll List<String> fields) {
        List<String> some = fields.isEmpty() ? List.of("") : fields;

        assertThat(Lines.split(Lines.join(some))).isEqualTo(some);
    }

    @Test
    void requestWithEverythingComesBackAsItWas() {
        JobRequest request = JobRequest.scriptFile("run.sh", "a", "=b", "Cc")
                .launch(JobRequest.Launch.PER_TASK)
                .name("all")
                .workingDirectory("/tmp")
                .nodes(2)
                .tasks(4)
                .cpusPerTask(3)
                .memoryPerNodeBytes(1L << 40)
                .gpusPerNode(2)
                .gpuType("a100")
                .walltime(Duration.ofNanos(1_500_000_001))
                .queue("short")
                .account("physics")
                .environment("A", "=x\ty")
                .environment("B", "")
                .module("m/1")
                .stdin("in")
                .stdout("out-%j")
                .stderr("err")
                .mail("ada@example.org", JobRequest.MailEvent.BEGIN, JobRequest.MailEvent.FAIL)
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("7"), JobId.of("8_1"))
                .beginAt(Instant.parse("2030-01-01T00:00:00.123456789Z"))
                .priority(-5)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 3)
                .nativeOption("slurm", "--a=b")
                .nativeOption("slurm", "--c")
                .key("key-1")
                .label("a=b", "c=d")
                .build();

        assertThat(throughALine(request)).isEqualTo(request);
    }

    @Provide
    Arbitrary<JobRequest> requests() {
        Arbitrary<String> text = Arbitraries.strings().filter(s -> s.indexOf('\0') < 0);
        Arbitrary<String> word = text.filter(s -> !s.isBlank() && s.indexOf('\n') < 0 && s.indexOf('\r') < 0)
                .map(s -> s.length() > 100 ? s.substring(0, 100) : s)
                .filter(s -> !s.isBlank());
        Arbitrary<Payload> payload = Arbitraries.oneOf(
                text.filter(s -> !s.isEmpty()).list().ofMinSize(1).ofMaxSize(5).map(Payload.Command::new),
                text.filter(s -> !s.contains("\r\n")).map(s -> new Payload.ScriptText("#!/bin/sh\n" + s)),
                Combinators.combine(word, text.list().ofMaxSize(3)).as(Payload.ScriptFile::new));
        Arbitrary<Map<String, String>> environment = Arbitraries.maps(
                        Arbitraries.strings()
                                .withCharRange('A', 'Z')
                                .ofMinLength(1)
                                .ofMaxLength(8),
                        text)
                .ofMaxSize(4);
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        word, text.filter(s -> s.indexOf('\n') < 0 && s.indexOf('\r') < 0))
                .ofMaxSize(3);
        return Combinators.combine(
                        payload,
                        environment,
                        labels,
                        word,
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.longs().between(1, Long.MAX_VALUE / 2))
                .as((p, env, lab, name, nodes, more, number) -> {
                    JobRequest.Builder builder = JobRequest.of(p)
                            .environment(env)
                            .name(name)
                            .nodes(nodes)
                            .tasks(nodes * more)
                            .memoryPerNodeBytes(number)
                            .walltime(Duration.ofNanos(number));
                    lab.forEach(builder::label);
                    return builder.build();
                });
    }
}
