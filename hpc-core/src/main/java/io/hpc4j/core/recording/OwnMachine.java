package io.hpc4j.core.recording;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What this machine is called, as far as that can be told without asking the network. */
final class OwnMachine {

    private OwnMachine() {}

    static Optional<String> name() {
        return read(Path.of("/proc/sys/kernel/hostname"))
                .or(() -> read(Path.of("/etc/hostname")))
                .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
                .map(String::strip)
                .filter(n -> !n.isEmpty());
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
