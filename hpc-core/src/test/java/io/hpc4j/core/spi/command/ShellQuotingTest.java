package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ShellQuotingTest {

    @Provide
    Arbitrary<List<String>> words() {
        return Sh.posixStrings().list().ofMinSize(1).ofMaxSize(100);
    }

    @Property(tries = 60)
    void everyStringSurvivesARealShell(@ForAll("words") List<String> words) {
        assertThat(throughTheShell(words)).isEqualTo(words);
    }

    @Test
    void hostileStringsSurviveARealShell() {
        assertThat(throughTheShell(Sh.HOSTILE)).isEqualTo(Sh.HOSTILE);
    }

    @Property(tries = 30)
    void everyStringSurvivesTwoShells(@ForAll("words") List<String> words) {
        String inner = "printf '%s:' " + ShellQuoting.join(words);

        String stdout = Sh.runText("/bin/sh -c " + ShellQuoting.quote(inner)).stdout();

        assertThat(stdout).isEqualTo(words.stream().map(w -> w + ":").collect(Collectors.joining()));
    }

    @Test
    void plainWordsStayAsTheyAre() {
        assertThat(ShellQuoting.join(List.of("./solver", "-n", "4", "a,b:c@d%e+f")))
                .isEqualTo("./solver -n 4 a,b:c@d%e+f");
    }

    @Test
    void wordsThatAShellWouldTakeForItsOwnAreQuoted() {
        assertThat(ShellQuoting.quote("while")).isEqualTo("'while'");
        assertThat(ShellQuoting.quote("A=b")).isEqualTo("'A=b'");
        assertThat(ShellQuoting.quote("~")).isEqualTo("'~'");
        assertThat(ShellQuoting.quote("")).isEqualTo("''");
        assertThat(ShellQuoting.quote("it's")).isEqualTo("'it'\\''s'");
    }

    @Test
    void nulIsRefused() {
        assertThatThrownBy(() -> ShellQuoting.quote("a\0b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> ShellQuoting.join(List.of("a", "\0"))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Each argument comes back behind the number of its bytes, so that none can be taken for two. */
    private static List<String> throughTheShell(List<String> words) {
        String script = "LC_ALL=C; for w in " + ShellQuoting.join(words)
                + "; do printf '%s\\n%s' \"$(printf %s \"$w\" | wc -c)\" \"$w\"; done";
        byte[] out = Sh.runText(script).stdout().getBytes(StandardCharsets.UTF_8);
        List<String> all = new ArrayList<>();
        int at = 0;
        while (at < out.length) {
            int end = at;
            while (out[end] != '\n') {
                end++;
            }
            int length = Integer.parseInt(new String(out, at, end - at, StandardCharsets.UTF_8).strip());
            all.add(new String(out, end + 1, length, StandardCharsets.UTF_8));
            at = end + 1 + length;
        }
        return all;
    }
}
