package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterUriTest {

    @ParameterizedTest
    @ValueSource(strings = {"local:", "slurm:", "sge:", "torque:", "sim:", "my-own2:"})
    void backendAloneIsEnough(String text) {
        ClusterUri uri = ClusterUri.parse(text);

        assertThat(uri).hasToString(text);
        assertThat(uri.transport()).isEqualTo(ClusterUri.LOCAL_TRANSPORT);
        assertThat(uri.host()).isEmpty();
        assertThat(uri.parameters()).isEmpty();
    }

    @Test
    void everyPartIsRead() {
        ClusterUri uri = ClusterUri.parse(
                "slurm+ssh://ada@login.example.org:2222/opt/slurm?account=physics&note=a%20b+c%26d&empty=");

        assertThat(uri.backend()).isEqualTo("slurm");
        assertThat(uri.transport()).isEqualTo("ssh");
        assertThat(uri.user()).contains("ada");
        assertThat(uri.host()).contains("login.example.org");
        assertThat(uri.port()).hasValue(2222);
        assertThat(uri.path()).contains("/opt/slurm");
        assertThat(uri.parameters())
                .containsExactly(Map.entry("account", "physics"), Map.entry("note", "a b c&d"), Map.entry("empty", ""));
        assertThat(uri.parameter("account")).contains("physics");
        assertThat(uri.parameter("missing")).isEmpty();
        assertThat(uri).hasToString("slurm+ssh://ada@login.example.org:2222/opt/slurm");
    }

    @ParameterizedTest
    @CsvSource({
        "local:/var/lib/hpc?nodes=3, /var/lib/hpc",
        "local:/with%20blank, /with blank",
        "local:/a+b, /a+b",
        "LOCAL:/x, /x",
        "slurm+ssh://host/a%20b, /a b"
    })
    void pathsAreRead(String text, String path) {
        assertThat(ClusterUri.parse(text).path()).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"slurm+ssh://host", "slurm+ssh://127.0.0.1:22", "slurm+ssh://[::1]:22", "slurm+ssh://a@b-c.d"})
    void hostsAreRead(String text) {
        assertThat(ClusterUri.parse(text).host()).isPresent();
        assertThat(ClusterUri.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'', begins with a backend and a colon",
        "slurm, begins with a backend and a colon",
        ":x, begins with a backend and a colon",
        "1slurm:, cannot read the backend",
        "slu rm:, cannot read the backend",
        "slurm+:, cannot read the backend",
        "+ssh:, cannot read the backend",
        "a+b+c:, cannot read the backend",
        "local:relative, must be absolute",
        "slurm+ssh:, needs a host",
        "slurm+ssh:/path, needs a host",
        "slurm://host, names a host but no transport",
        "slurm+ssh://, host",
        "slurm+ssh:///path, no host",
        "slurm+ssh://a_b, cannot read the host",
        "slurm+ssh://ada:secret@host, password",
        "slurm+ssh://host:0, 1 to 65535",
        "slurm+ssh://host:65536, 1 to 65535",
        "slurm+ssh://host:99999999999, cannot read the host",
        "slurm+ssh://ho st, cannot read the host",
        "local:?nodes, name=value",
        "local:?=3, name=value",
        "local:?nodes=3&nodes=4, given twice",
        "local:?a=%zz, % signs",
        "local:/%, % signs"
    })
    void otherAddressesAreRefusedInWords(String text, String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterUri.parse(text))
                .withMessageContaining(words);
    }

    @Test
    void passwordIsNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterUri.parse("slurm+ssh://ada:secret@host"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Provide
    Arbitrary<String> almostAddresses() {
        Arbitrary<String> parts = Arbitraries.of(
                "slurm", "local", "+ssh", ":", "//", "/", "?", "&", "=", "@", "host", "22", "%", "%41", "[::1]", "a",
                "#", " ", "é", "\0");
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                parts.list().ofMaxSize(12).map(l -> String.join("", l)),
                parts.list().ofMaxSize(12).map(l -> "slurm+ssh://" + String.join("", l)));
    }

    @Property(tries = 5000)
    void textIsReadOrRefused(@ForAll("almostAddresses") String text) {
        try {
            ClusterUri uri = ClusterUri.parse(text);

            assertThat(uri.backend()).matches("[a-z][a-z0-9-]*");
            assertThat(uri.toString()).startsWith(uri.backend());
        } catch (RuntimeException e) {
            assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
        }
    }
}
