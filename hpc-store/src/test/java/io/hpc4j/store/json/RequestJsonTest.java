package io.hpc4j.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.JobRequest;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RequestJsonTest {

    private static JobRequest readBack(JobRequest request) {
        return RequestJson.read(RequestJson.write(request));
    }

    @Test
    void requestIsReadBackAsItWas() {
        JobRequest request = Samples.request();

        String line = RequestJson.write(request);
        JobRequest again = RequestJson.read(line);

        assertThat(again).isEqualTo(request);
    }

    @Test
    void payloadsAreReadBackAsTheyWere() {
        JobRequest command = JobRequest.command("true").build();

        assertThat(readBack(Samples.script())).isEqualTo(Samples.script());
        assertThat(readBack(Samples.scriptFile())).isEqualTo(Samples.scriptFile());
        assertThat(readBack(command)).isEqualTo(command);
    }

    @Provide
    Arbitrary<JobRequest> requests() {
        return Any.request();
    }

    @Property(tries = 500)
    void anyRequestIsReadBackAsItWas(@ForAll("requests") JobRequest request) {
        assertThat(readBack(request)).isEqualTo(request);
    }

    @Test
    void scriptLongerThanAnyParsersUsualLimitIsReadBack() {
        JobRequest huge = JobRequest.script("#!/bin/sh\n" + "# \u20ac\n".repeat(6_000_000))
                .build();

        assertThat(readBack(huge)).isEqualTo(huge);
    }

    @Test
    void sameRequestIsAlwaysTheSameText() {
        JobRequest one = JobRequest.command("true")
                .environment("A", "1")
                .environment("B", "2")
                .label("x", "1")
                .label("y", "2")
                .build();
        JobRequest other = JobRequest.command("true")
                .label("y", "2")
                .label("x", "1")
                .environment("B", "2")
                .environment("A", "1")
                .build();

        assertThat(RequestJson.write(one)).isEqualTo(RequestJson.write(other));
    }

    @Test
    void textHasNoControlCharacterAndNoHalfPair() {
        String text = RequestJson.write(Samples.request());

        assertThat(text.codePoints()).noneMatch(c -> c < ' ' || (c >= 0xd800 && c <= 0xdfff));
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() {
        assertThat(RequestJson.read("{\"format\":1,\"command\":[\"true\"],\"colour\":\"red\",\"tasks\":null}"))
                .isEqualTo(JobRequest.command("true").build());
    }

    @Test
    void conditionOfALaterVersionIsRefusedSinceWithoutItTheJobWouldBeAnother() {
        assertThatThrownBy(() -> RequestJson.read(
                        "{\"command\":[\"true\"],\"dependencies\":[{\"type\":\"AFTER_LUNCH\",\"job\":\"1\"}]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("AFTER_LUNCH")
                .hasMessageContaining("AFTER_OK");
        assertThatThrownBy(() -> RequestJson.read("{\"container\":\"x\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("command");
        assertThatThrownBy(() -> RequestJson.read("{\"format\":7,\"command\":[\"true\"]}"))
                .hasMessageContaining("format 7");
    }
}
