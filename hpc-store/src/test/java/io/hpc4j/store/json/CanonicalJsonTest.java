package io.hpc4j.store.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

    private static String canonical(String json) {
        return JsonObject.parse(json).canonical();
    }

    @Test // RFC 8785, section 3.2.2; the number beyond 64-bit floating point stays exact here
    void sampleOfTheStandardHasItsForm() {
        String sample = """
                {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                "literals": [true, false]}
                """;

        assertThat(canonical(sample))
                .isEqualTo("{\"literals\":[true,false],\"numbers\":[333333333.33333329,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test // RFC 8785, section 3.2.3
    void fieldsAreInTheOrderOfTheirUtf16Units() {
        String sample = "{\"\\u20ac\":\"Euro\",\"\\r\":\"CR\",\"\\ufb33\":\"Dalet\",\"1\":\"One\","
                + "\"\\ud83d\\ude00\":\"Grin\",\"\\u0080\":\"Control\",\"\\u00f6\":\"o\"}";

        assertThat(canonical(sample))
                .isEqualTo("{\"\\r\":\"CR\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"o\",\"\u20ac\":\"Euro\","
                        + "\"\ud83d\ude00\":\"Grin\",\"\ufb33\":\"Dalet\"}");
    }

    @Test // RFC 8785, appendix B, as far as it is exact
    void numbersAreWrittenAsTheStandardWritesThem() {
        String[][] numbers = {
            {"0", "0"},
            {"-0", "0"},
            {"-0.0", "0"},
            {"5e-324", "5e-324"},
            {"-5e-324", "-5e-324"},
            {"1.7976931348623157e308", "1.7976931348623157e+308"},
            {"9007199254740992", "9007199254740992"},
            {"295147905179352830000", "295147905179352830000"},
            {"9.999999999999997e22", "9.999999999999997e+22"},
            {"1e23", "1e+23"},
            {"999999999999999700000", "999999999999999700000"},
            {"1e21", "1e+21"},
            {"9.999999999999997e-7", "9.999999999999997e-7"},
            {"0.000001", "0.000001"},
            {"333333333.3333332", "333333333.3333332"},
            {"9223372036854775807", "9223372036854775807"},
            {"100", "100"},
            {"1.50", "1.5"},
            {"15e-1", "1.5"}
        };
        for (String[] number : numbers) {
            assertThat(CanonicalJson.number(new BigDecimal(number[0]))).isEqualTo(number[1]);
        }
    }

    @Test
    void hugeExponentIsNotWrittenOut() {
        assertThat(canonical("{\"n\":1e999999999}")).isEqualTo("{\"n\":1e+999999999}");
    }

    @Provide
    Arbitrary<String> texts() {
        return Any.text();
    }

    @Property
    void canonicalFormIsReadBackAndIsItsOwnCanonicalForm(@ForAll("texts") String text) {
        JsonObject object = new JsonObject().put("t", text).put("n" + text, 1.5);
        String once = object.canonical();

        assertThat(canonical(once)).isEqualTo(once);
        assertThat(JsonObject.parse(once).text("t")).isEqualTo(text);
        assertThat(canonical(object.toString())).isEqualTo(once);
    }
}
