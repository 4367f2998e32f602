package io.hpc4j.server.cli;

import io.hpc4j.core.Finding;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The checks of this machine and this user, whatever the cluster. */
final class MachineChecks {

    private static final int OLDEST_JAVA = 17;
    private static final Instant NOT_BEFORE = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("2100-01-01T00:00:00Z");
    private static final String AGENT = "SSH_AUTH_SOCK";

    private MachineChecks() {}

    static List<Finding> java() {
        Runtime.Version version = Runtime.version();
        String seen = "%s by %s in %s, up to %s of heap"
                .formatted(
                        version,
                        System.getProperty("java.vendor", "somebody"),
                        System.getProperty("java.home", ""),
                        Quantities.show(Runtime.getRuntime().maxMemory()));
        return List.of(
                version.feature() < OLDEST_JAVA
                        ? Finding.problem("Java", seen, "install Java 17 or newer")
                        : Finding.ok("Java", seen));
    }

    /** Names of files go to the system in the encoding of the locale; what that cannot write is lost. */
    static List<Finding> locale() {
        String names =
                System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
        String seen = "names of files are in " + names;
        return List.of(
                Charset.forName(names).equals(StandardCharsets.UTF_8)
                        ? Finding.ok("locale", seen)
                        : Finding.warning(
                                "locale", seen, "set LC_ALL=C.UTF-8, or paths with other letters than ASCII fail"));
    }

    static List<Finding> clock(Clock clock) {
        Instant now = clock.instant();
        return List.of(
                now.isBefore(NOT_BEFORE) || now.isAfter(NOT_AFTER)
                        ? Finding.problem("clock", "it is said to be " + now, "set the clock, best by NTP")
                        : Finding.ok(
                                "clock",
                                "%s, shown in the zone %s"
                                        .formatted(now.truncatedTo(ChronoUnit.SECONDS), clock.getZone())));
    }

    static List<Finding> settings(Map<String, String> env) {
        Path file = Settings.place(env);
        Settings.read(env);
        return List.of(Finding.ok("settings", file + (Files.isRegularFile(file) ? " is read" : " is not there")));
    }

    /** An agent is needed for clusters behind SSH only, and not there either if a key needs no passphrase. */
    static List<Finding> agent(Map<String, String> env, boolean isNeeded) {
        Optional<String> socket = Optional.ofNullable(env.get(AGENT)).filter(s -> !s.isBlank());
        String advice =
                "start one: eval $(ssh-agent) && ssh-add; a key without passphrase, or a password, goes without";
        if (socket.isEmpty()) {
            String seen = AGENT + " is not set";
            return List.of(
                    isNeeded
                            ? Finding.warning("SSH agent", seen, advice)
                            : Finding.ok("SSH agent", seen + ", and this cluster needs none"));
        }
        return List.of(
                answers(Path.of(socket.get()))
                        ? Finding.ok("SSH agent", "it listens at " + socket.get())
                        : isNeeded
                                ? Finding.warning("SSH agent", "nobody listens at " + socket.get(), advice)
                                : Finding.ok(
                                        "SSH agent",
                                        "nobody listens at %s, and this cluster needs none".formatted(socket.get())));
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }
}
