package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final List<String> RECORDS =
            List.of("first", "second\twith a tab", "third, with ü and \uD83D\uDE00");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("journal");
    }

    private List<String> readAndClose() throws IOException {
        List<String> read = new ArrayList<>();
        Journal.open(file(), read::add).close();
        return read;
    }

    private void write(List<String> records) throws IOException {
        try (Journal journal = Journal.open(file(), r -> {})) {
            journal.append(records);
        }
    }

    @Test
    void recordsAreReadInOrder() throws IOException {
        write(RECORDS.subList(0, 1));
        write(RECORDS.subList(1, 3));

        assertThat(readAndClose()).isEqualTo(RECORDS);
    }

    @Test
    void journalCutAtAnyByteHasTheWholeRecordsBeforeAndTakesNewOnes() throws IOException {
        write(RECORDS);
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            int kept = (int) new String(whole, 0, length, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();

            assertThat(readAndClose()).as("cut at %d", length).isEqualTo(RECORDS.subList(0, kept));
            write(List.of("next"));
            List<String> expected = new ArrayList<>(RECORDS.subList(0, kept));
            expected.add("next");
            assertThat(readAndClose()).as("after a cut at %d", length).isEqualTo(expected);
        }
    }

    @Test
    void damagedRecordIsLeftOutAndTheOthersAreKept() throws IOException {
        write(RECORDS);
        byte[] bytes = Files.readAllBytes(file());
        bytes[10]++;
        Files.write(file(), bytes);

        assertThat(readAndClose()).isEqualTo(RECORDS.subList(1, 3));
    }

    @Test
    void replacedJournalHasTheNewRecordsAndGrowsOn() throws IOException {
        write(RECORDS);
        try (Journal journal = Journal.open(file(), r -> {})) {
            journal.replace(List.of("short"));
            journal.append(List.of("more"));
        }

        assertThat(readAndClose()).containsExactly("short", "more");
    }

    @Test
    void onlyTheOwnerCanReadIt() throws IOException {
        write(RECORDS);

        assertThat(Files.getPosixFilePermissions(file()).toString()).doesNotContain("GROUP", "OTHERS");
    }
}
