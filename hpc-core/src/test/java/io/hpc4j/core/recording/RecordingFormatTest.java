package io.hpc4j.core.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.recording.RecordedCall.Asked;
import io.hpc4j.core.recording.RecordedCall.Command;
import io.hpc4j.core.recording.RecordedCall.Operation;
import io.hpc4j.core.recording.RecordedCall.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingFormatTest {

    private static final Instant AT = Instant.parse("2026-01-31T12:00:00.123456789Z");

    /** Anything but what no command can print: a half of a pair, which is no character. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> plain =
                Arbitraries.of("\t", "\n", "\r", "\\", "=", "#", "\0", "\u007f", "\u0085", "\u2028", "\\u", "a");
        Arbitrary<String> any = Arbitraries.strings()
                .ofMaxLength(3)
                .filter(t -> t.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
        return Arbitraries.oneOf(plain, any, Arbitraries.of("ü", "€", "😀", "end=-"))
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Property
    void everyTextComesBackAsItWas(
            @ForAll("texts") String argument,
            @ForAll("texts") String stdin,
            @ForAll("texts") String stdout,
            @ForAll("texts") String message) {
        Command ended = new Command(
                origin(1),
                Duration.ofNanos(1_500_000_001),
                message,
                asked(argument, stdin),
                new Answer.Ended(new ExitStatus(3, 0), RecordedText.of(stdout), RecordedText.of(message), true));
        Command broken = new Command(
                origin(2),
                Duration.ofMinutes(1),
                "",
                asked(argument, ""),
                new Answer.Broken("TransportException", message, true, true));
        Operation operation = new Operation(origin(3), Duration.ZERO, message, stdin);
        Recording recording = Recording.of(List.of(ended, broken, operation), KnownNames.NONE, 0);

        assertThat(Recording.parse(recording.toText()).calls()).containsExactly(ended, broken, operation);
        String lines = RecordingFormat.checkedLine(ended) + "\n" + RecordingFormat.checkedLine(broken) + "\n";
        assertThat(Recording.parse(lines).calls()).containsExactly(ended, broken);
        assertThat(lines.lines()).hasSize(2);
    }

    @Property
    void aLineWithoutItsEndIsNeverTakenForAnother(@ForAll("texts") String stdout) {
        String line = RecordingFormat.checkedLine(command(1, stdout));

        for (int length = 1; length < line.length(); length += 7) {
            Recording read = Recording.parse(line.substring(0, length));
            assertThat(read.calls()).isEmpty();
            assertThat(read.damagedLines()).isEqualTo(1);
        }
    }

    @Test
    void whatStandsBeforeAndBehindADamageIsRead() {
        String whole = RecordingFormat.checkedLine(command(1, "one"));
        String cut = RecordingFormat.checkedLine(command(2, "two")).substring(0, 60);
        String changed = RecordingFormat.checkedLine(command(3, "three")).replace("three", "threx");
        String last = RecordingFormat.checkedLine(command(4, "four"));

        Recording read = Recording.parse(String.join("\n", whole, cut, changed, last));

        assertThat(read.calls()).containsExactly(command(1, "one"), command(4, "four"));
        assertThat(read.damagedLines()).isEqualTo(2);
    }

    @Test
    void aConclusionThatComesLaterBelongsToItsCommand() {
        String text = RecordingFormat.checkedLine(command(1, "1")) + "\n"
                + RecordingFormat.conclusionLine(origin(1), "12 jobs, 1 ended");

        assertThat(Recording.parse(text).calls())
                .extracting(RecordedCall::conclusion)
                .containsExactly("12 jobs, 1 ended");
    }

    @Test
    void linesOfALaterVersionArePassedOverButNotALaterFormat() {
        String line = RecordingFormat.checkedLine(command(1, "1"));

        assertThat(Recording.parse("# hpc4j-recording 1\nweather\tsky=blue\tend=-\n" + line)
                        .calls())
                .hasSize(1);
        assertThatThrownBy(() -> Recording.parse("# hpc4j-recording 2\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void callsOfSeveralProcessesAreInTheOrderOfTheirTimes() {
        Command first = new Command(
                new Origin("b", 1, AT, "list"),
                Duration.ZERO,
                "",
                asked("a", ""),
                new Answer.Broken("X", "", true, false));
        Command second = new Command(
                new Origin("a", 1, AT.plusSeconds(1), "list"),
                Duration.ZERO,
                "",
                asked("b", ""),
                new Answer.Broken("X", "", true, false));
        Recording a = Recording.of(List.of(second), new KnownNames(Set.of("ada"), Set.of(), Set.of()), 1);
        Recording b = Recording.of(List.of(first), KnownNames.NONE, 2);

        Recording both = a.and(b).and(a);

        assertThat(both.calls()).containsExactly(first, second);
        assertThat(both.names().users()).containsExactly("ada");
    }

    @Test
    void ofALongTextTheBeginningIsKeptAndTheSizeAndDigestAreOfAll() {
        String longText = "x".repeat(RecordedText.LONGEST - 1) + "😀" + "y".repeat(100);
        RecordedText recorded = RecordedText.of(longText);

        assertThat(recorded.text()).hasSize(RecordedText.LONGEST - 1).doesNotContain("?");
        assertThat(recorded.isCut()).isTrue();
        assertThat(recorded.size()).isEqualTo(RecordedText.LONGEST - 1 + 4 + 100);
        assertThat(recorded.sha256())
                .isNotEqualTo(RecordedText.of(recorded.text()).sha256());
        assertThat(RecordedText.of("abc").sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void whatIsNoRecordingIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "hello");

        assertThatThrownBy(() -> Recording.read(file)).hasMessageContaining("is no recording");
    }

    private static Origin origin(long number) {
        return new Origin("0a1b2c3d", number, AT.plusMillis(number), "statusOf");
    }

    private static Asked asked(String argument, String stdin) {
        return new Asked(
                List.of("squeue", argument),
                List.of("SLURM_CONF"),
                Optional.of("/work"),
                RecordedText.of(stdin),
                Duration.ofSeconds(60));
    }

    private static Command command(long number, String stdout) {
        return new Command(
                origin(number),
                Duration.ofMillis(12),
                "",
                asked("--me", ""),
                new Answer.Ended(ExitStatus.ofCode(0), RecordedText.of(stdout), RecordedText.EMPTY, false));
    }
}
