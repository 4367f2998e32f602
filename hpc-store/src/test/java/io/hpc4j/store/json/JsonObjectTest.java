package io.hpc4j.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

    @Property
    void secondsAreExact(@ForAll @LongRange(min = 0) long nanos) {
        String json = new JsonObject().put("s", Duration.ofNanos(nanos)).toString();

        assertThat(JsonObject.parse(json).seconds("s")).contains(Duration.ofNanos(nanos));
    }

    @Provide
    Arbitrary<String> texts() {
        return Any.text();
    }

    @Property
    void anyTextIsReadBackAsItWas(@ForAll("texts") String text) {
        String json = new JsonObject()
                .put("t", text)
                .put("n" + JsonText.name(text), "t")
                .toString();
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        JsonObject readBack = JsonObject.parse(new String(utf8, StandardCharsets.UTF_8));

        assertThat(readBack.text("t")).isEqualTo(text);
        assertThat(readBack.text("n" + JsonText.name(text))).isEqualTo("t");
    }

    @Test
    void numberThatDoesNotFitIsRefusedInsteadOfCut() {
        for (String number : List.of("9223372036854775808", "1e30", "1.5", "1e-5", "1e999999999", "1e99999999999")) {
            assertThatThrownBy(() -> JsonObject.parse("{\"n\":" + number + "}").number("n"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(JsonObject.parse("{\"n\":1e3}").number("n")).hasValue(1000);
        assertThatThrownBy(() -> JsonObject.parse("{\"n\":1e999999999}").seconds("n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'n'");
    }

    @Test
    void fieldGivenTwiceIsRefused() {
        assertThatThrownBy(() -> JsonObject.parse("{\"a\":1,\"a\":2}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void messageDoesNotRepeatALongValue() {
        assertThatThrownBy(() -> JsonObject.parse("{\"id\":\"" + "x".repeat(10_000) + "\"}")
                        .number("id"))
                .message()
                .hasSizeLessThan(200);
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
