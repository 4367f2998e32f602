package io.hpc4j.core;

import io.hpc4j.core.internal.RecordingFile;
import io.hpc4j.core.recording.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Where the processes of one user keep what they share: {@code $HPC_STATE}, else {@code hpc4j} in
 * {@code $XDG_STATE_HOME}, else {@code ~/.local/state/hpc4j}. Nothing is made before it is needed.
 */
public final class StateFolder {

    private static final int SHOWN = 40;
    private static final int DIGEST_BYTES = 6;

    private final Path folder;

    private StateFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder that this process's environment names. */
    public static StateFolder usual() {
        return of(System.getenv());
    }

    /** The folder that an environment names. */
    public static StateFolder of(Map<String, String> environment) {
        Optional<Path> own = Optional.ofNullable(environment.get("HPC_STATE"))
                .filter(v -> !v.isBlank())
                .map(v -> Path.of(v).toAbsolutePath());
        return new StateFolder(own.orElseGet(() -> Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .filter(v -> v.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
                .resolve("hpc4j")));
    }

    /** This very folder. */
    public static StateFolder at(Path folder) {
        return new StateFolder(folder.toAbsolutePath());
    }

    /** The folder itself, whether or not there is one. */
    public Path path() {
        return folder;
    }

    /**
     * What processes of this user have recorded of their calls of a cluster's scheduler; nothing if they have not.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public Recording readRecording(ClusterUri cluster) {
        try {
            return RecordingFile.read(recording(cluster));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read %s: %s".formatted(recording(cluster), e), e);
        }
    }

    /** The file in which calls of a cluster's scheduler are recorded, whether or not there is one. */
    public Path recording(ClusterUri cluster) {
        return folder.resolve("recordings").resolve(nameOf(cluster));
    }

    /** The file that the processes of this user share to keep to their budget of calls of a cluster's scheduler. */
    public Path budget(ClusterUri cluster) {
        return folder.resolve("budgets").resolve(nameOf(cluster));
    }

    /** A name for files about a cluster: readable, and another for every address. */
    private static String nameOf(ClusterUri cluster) {
        String address = cluster.toString();
        String readable = address.replaceAll("[^A-Za-z0-9.-]+", "_");
        return readable.substring(0, Math.min(SHOWN, readable.length())) + "-" + digest(address);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Makes the folder of a file, for this user only, if there is none.
     *
     * @throws IOException if that is not possible
     */
    public static void prepare(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
