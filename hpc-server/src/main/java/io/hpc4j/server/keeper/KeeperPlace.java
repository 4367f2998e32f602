package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.ClusterUri;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the keeper of a local cluster has its files: in a folder {@code keeper} within the cluster's own. */
final class KeeperPlace {

    /** What a socket's address can hold on Linux and macOS, with the NUL at its end. */
    private static final int LONGEST_SOCKET = 103;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> PRIVATE = PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private final Path state;
    private final Path folder;

    private KeeperPlace(Path state) {
        this.state = state;
        this.folder = state.resolve("keeper");
    }

    /**
     * Makes the folder if need be.
     *
     * @throws BackendUnavailableException if that is not possible
     */
    static KeeperPlace of(ClusterUri uri, Map<String, String> env) {
        Path wanted = uri.path().map(Path::of).orElseGet(() -> defaultFolder(env));
        try {
            if (!Files.isDirectory(wanted)) {
                Files.createDirectories(wanted, PRIVATE);
            }
            KeeperPlace place = new KeeperPlace(wanted.toRealPath());
            makePrivate(place.folder);
            return place;
        } catch (IOException e) {
            throw new BackendUnavailableException(
                    "the folder %s cannot hold a local cluster (%s: %s); name one that you can write, as in %s"
                            .formatted(
                                    wanted,
                                    e.getClass().getSimpleName(),
                                    e.getMessage(),
                                    "local:/other/folder, or set HPC_STATE"),
                    e);
        }
    }

    /** The place, if it is there already; changes nothing. */
    static Optional<KeeperPlace> ifThere(ClusterUri uri, Map<String, String> env) {
        Path wanted = uri.path().map(Path::of).orElseGet(() -> defaultFolder(env));
        try {
            return Files.isDirectory(wanted.resolve("keeper"))
                    ? Optional.of(new KeeperPlace(wanted.toRealPath()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The same place as the local backend's own. */
    private static Path defaultFolder(Map<String, String> env) {
        Optional<Path> own = Optional.ofNullable(env.get("HPC_STATE"))
                .filter(v -> !v.isBlank())
                .map(v -> Path.of(v).toAbsolutePath());
        return own.orElseGet(() -> Optional.ofNullable(env.get("XDG_STATE_HOME"))
                .filter(v -> v.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
                .resolve("hpc4j")
                .resolve("local"));
    }

    private static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(folder, PRIVATE);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
        }
        if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(folder, OWNER_ONLY);
        }
    }

    Path state() {
        return state;
    }

    /** Held by whoever starts or ends a keeper. */
    Path lock() {
        return folder.resolve("lock");
    }

    Path log() {
        return folder.resolve("log");
    }

    /** Where the keeper listens: in the folder, or if its path is too long for a socket in one of the user's own. */
    Path socket() {
        Path socket = folder.resolve("socket");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET) {
            return socket;
        }
        try {
            Object user = Files.getAttribute(folder, "unix:uid");
            Path own = Path.of("/tmp", "hpc4j-" + user);
            makePrivate(own);
            if (!Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user)) {
                throw new BackendUnavailableException(
                        own + " belongs to somebody else; use a cluster with a shorter path");
            }
            return own.resolve(hash(state.toString()));
        } catch (IOException e) {
            throw new BackendUnavailableException("no place for the socket of the local cluster in " + state, e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The cluster's address with its folder spelled out. */
    String address(ClusterUri uri) {
        StringBuilder address = new StringBuilder("local:").append(encoded(state.toString()));
        String separator = "?";
        for (Map.Entry<String, String> parameter : uri.parameters().entrySet()) {
            address.append(separator)
                    .append(encoded(parameter.getKey()))
                    .append('=')
                    .append(encoded(parameter.getValue()));
            separator = "&";
        }
        return address.toString();
    }

    private static String encoded(String text) {
        return text.replace("%", "%25")
                .replace("?", "%3F")
                .replace("&", "%26")
                .replace("=", "%3D")
                .replace("+", "%2B");
    }
}
