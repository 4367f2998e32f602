package io.hpc4j.core.spi.command;

import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.LocalTransport;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Real shells, and the strings to try them with. */
final class Sh {

    static final List<String> HOSTILE = List.of(
            "",
            " ",
            "a b",
            "it's",
            "''",
            "\"",
            "\\",
            "\\'",
            "$HOME",
            "$(echo no)",
            "`echo no`",
            "*",
            "~",
            "-n",
            "--",
            "=",
            "A=b",
            "a\nb",
            "\n",
            "end\n\n",
            "\t\r\u0001\u007f",
            "!x",
            "#",
            "x\n#PBS -q evil\n#$ -q evil\n#SBATCH -p evil",
            ";&|<>(){}[]?",
            "%s%n%%",
            "\\n\\0\\c",
            "é ß 漢 🚀",
            "if",
            "}");

    private Sh() {}

    static CommandResult run(CommandLine command) {
        try (LocalTransport transport = new LocalTransport()) {
            return transport.run(command);
        }
    }

    /** Runs a script as its text on a shell's standard input. */
    static CommandResult runText(String script) {
        return run(CommandLine.of("/bin/sh", "-s").withStdin(script));
    }

    /** All strings that POSIX lets an argument be: without NUL, and with whole characters only. */
    static Arbitrary<String> posixStrings() {
        Arbitrary<String> all = Arbitraries.strings()
                .all()
                .excludeChars('\0')
                .ofMaxLength(40)
                .filter(s -> s.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF));
        Arbitrary<String> special = Arbitraries.strings()
                .withChars("'\"\\$`!*?[]{}()<>|&;#~=%^ \t\n\r-abn0é\u007f\u0001")
                .ofMaxLength(30);
        return Arbitraries.frequencyOf(Tuple.of(2, all), Tuple.of(4, special), Tuple.of(1, Arbitraries.of(HOSTILE)));
    }
}
