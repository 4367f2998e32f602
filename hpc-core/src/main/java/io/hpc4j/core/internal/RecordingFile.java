package io.hpc4j.core.internal;

import io.hpc4j.core.StateFolder;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.recording.RecordingFormat;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording that outlives its process: lines that are appended, each in one piece, by any process of the user. When
 * it is full it is put aside under the name {@code ….1}, in place of the one that was put aside before. One that cannot
 * be written is given up, and told of once.
 */
public final class RecordingFile {

    private static final Logger log = LoggerFactory.getLogger(RecordingFile.class);

    private final Path file;
    private final long mostBytes;
    private boolean isBroken;

    RecordingFile(Path file, long mostBytes) {
        this.file = file;
        this.mostBytes = mostBytes;
    }

    /** Appends a line, in one write, so that lines of other processes do not get into it. */
    synchronized void append(String line) {
        if (isBroken) {
            return;
        }
        try {
            prepare();
            try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
                String start = endsInTheMiddle() ? "\n" : "";
                out.write((start + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | RuntimeException e) { // also of a system without permissions
            isBroken = true;
            log.warn("calls are not recorded in {}: {}", file, e.toString());
        }
    }

    private void prepare() throws IOException {
        if (Files.exists(file)) {
            if (Files.size(file) > mostBytes) {
                rotate();
            }
            return;
        }
        StateFolder.prepare(file);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
                out.write((RecordingFormat.HEADER + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was made by another process a moment ago", file);
        }
    }

    /** One process at a time, so that the file that another has just put aside is not overwritten. */
    private void rotate() throws IOException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try (RandomAccessFile open = new RandomAccessFile(lockFile.toFile(), "rw");
                FileLock lock = open.getChannel().tryLock()) {
            if (lock != null && Files.size(file) > mostBytes) {
                Files.move(file, aside(), StandardCopyOption.ATOMIC_MOVE);
                prepare();
            }
        }
    }

    private Path aside() {
        return aside(file);
    }

    private static Path aside(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /** Whether a process was killed within a line. */
    private boolean endsInTheMiddle() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            if (in.length() == 0) {
                return false;
            }
            in.seek(in.length() - 1);
            return in.read() != '\n';
        }
    }

    /**
     * Reads what was recorded in a file and in the one that was put aside before; nothing if there is none.
     *
     * @throws IOException if one cannot be read
     */
    public static Recording read(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path part : new Path[] {aside(file), file}) {
            if (Files.exists(part)) {
                text.append(new String(Files.readAllBytes(part), StandardCharsets.UTF_8))
                        .append('\n');
            }
        }
        return Recording.parse(text.toString());
    }
}
