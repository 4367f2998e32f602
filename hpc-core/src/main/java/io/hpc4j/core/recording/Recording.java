package io.hpc4j.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The newest calls of a scheduler, in the order in which they began. A snapshot: it does not change while more calls
 * are made. It may hold names and paths; {@link SupportBundle} takes those out.
 */
public final class Recording {

    private static final int PUSHBACK = 4;

    private final List<RecordedCall> calls;
    private final KnownNames names;
    private final long forgotten;
    private final int damagedLines;

    Recording(List<RecordedCall> calls, KnownNames names, long forgotten, int damagedLines) {
        this.calls = List.copyOf(calls);
        this.names = names;
        this.forgotten = forgotten;
        this.damagedLines = damagedLines;
    }

    /**
     * A recording of these calls.
     *
     * @param calls in the order in which they began
     * @param names names that are to be anonymised wherever they stand
     * @param forgotten how many older calls are not among them
     */
    public static Recording of(List<RecordedCall> calls, KnownNames names, long forgotten) {
        return new Recording(calls, names, forgotten, 0);
    }

    /**
     * Reads the file {@code recording.txt}, or a support bundle, which has it in it. A damaged line, as the last one of
     * a process that was killed while it wrote, is passed over.
     *
     * @throws IllegalArgumentException if it is neither, or was written by a later version
     * @throws UncheckedIOException if it cannot be read
     */
    public static Recording read(Path file) {
        try {
            return parse(isZip(file) ? unzip(file) : Files.readAllBytes(file), file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Recording parse(byte[] bytes, Path file) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.startsWith("# hpc4j-recording")) {
            throw new IllegalArgumentException(
                    "%s is no recording: its first line is not '%s'".formatted(file, RecordingFormat.HEADER));
        }
        return parse(text);
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(PUSHBACK);
            return start.length == PUSHBACK && start[0] == 'P' && start[1] == 'K';
        }
    }

    private static byte[] unzip(Path file) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(SupportBundle.RECORDING)) {
                    return zip.readAllBytes();
                }
            }
        }
        throw new IllegalArgumentException(
                "%s has no file %s in it; was it made by hpc support-bundle?".formatted(file, SupportBundle.RECORDING));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it was written by a later version
     */
    public static Recording parse(String text) {
        RecordingReader reader = new RecordingReader();
        text.lines().forEach(reader::read);
        return reader.recording();
    }

    /** The text form, which {@link #parse} reads. */
    public String toText() {
        StringBuilder out = new StringBuilder(RecordingFormat.HEADER).append('\n');
        out.append("# %d calls, %d older ones forgotten\n".formatted(calls.size(), forgotten));
        if (!names.isEmpty()) {
            out.append(RecordingFormat.fields(names).unchecked()).append('\n');
        }
        calls.forEach(c -> out.append(RecordingFormat.fields(c).unchecked()).append('\n'));
        return out.toString();
    }

    /** The calls, in the order in which they began. */
    public List<RecordedCall> calls() {
        return calls;
    }

    /** Those of the calls that are commands. */
    public List<RecordedCall.Command> commands() {
        List<RecordedCall.Command> commands = new ArrayList<>();
        for (RecordedCall call : calls) {
            if (call instanceof RecordedCall.Command command) {
                commands.add(command);
            }
        }
        return commands;
    }

    /** Names that the scheduler told of. */
    public KnownNames names() {
        return names;
    }

    /** How many older calls were forgotten to make room. */
    public long forgotten() {
        return forgotten;
    }

    /** How many lines could not be read. */
    public int damagedLines() {
        return damagedLines;
    }

    /** The calls of this and of another recording; a call that both have is there once. */
    public Recording and(Recording other) {
        RecordingReader both = new RecordingReader();
        both.add(this);
        both.add(other);
        return both.recording();
    }

    @Override
    public String toString() {
        return "%d calls, %d older ones forgotten".formatted(calls.size(), forgotten);
    }
}
