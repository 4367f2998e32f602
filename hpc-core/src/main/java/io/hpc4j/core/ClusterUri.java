package io.hpc4j.core;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a cluster: {@code local:}, {@code local:/var/lib/hpc?nodes=3&slots=2}, {@code slurm:},
 * {@code slurm+ssh://ada@login.example.org:2222?account=physics}. This is the one place where such addresses are read.
 *
 * @param backend the id of the backend, {@code slurm}
 * @param transport the id of the transport; {@code local} if none is named
 * @param user the user on the login node
 * @param host the login node; absent for a cluster reached from this machine
 * @param port the port on the login node
 * @param path an absolute path; what it means is the backend's matter
 * @param parameters the settings after the question mark, in order
 */
public record ClusterUri(
        String backend,
        String transport,
        Optional<String> user,
        Optional<String> host,
        OptionalInt port,
        Optional<String> path,
        Map<String, String> parameters) {

    /** The transport that runs commands on this machine. */
    public static final String LOCAL_TRANSPORT = "local";

    private static final String EXAMPLES = "; addresses look like local:, slurm: or slurm+ssh://user@host";
    private static final Pattern SCHEME =
            Pattern.compile("(?<backend>[a-z][a-z0-9-]*)(\\+(?<transport>[a-z][a-z0-9-]*))?");
    private static final int MAX_PORT = 65535;

    /** Copies the parameters. */
    public ClusterUri {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is not one, saying which part is wrong
     */
    public static ClusterUri parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "a cluster's address begins with a backend and a colon, was " + Text.quoted(text) + EXAMPLES);
        }
        Matcher scheme = SCHEME.matcher(text.substring(0, colon).toLowerCase(Locale.ROOT));
        if (!scheme.matches()) {
            throw new IllegalArgumentException("cannot read the backend in " + Text.quoted(text) + EXAMPLES);
        }
        String rest = text.substring(colon + 1);
        int question = rest.indexOf('?');
        Map<String, String> parameters = parameters(text, question < 0 ? "" : rest.substring(question + 1));
        String place = question < 0 ? rest : rest.substring(0, question);
        String transport = Optional.ofNullable(scheme.group("transport")).orElse(LOCAL_TRANSPORT);
        if (!place.startsWith("//")) {
            return withoutHost(text, scheme.group("backend"), transport, place, parameters);
        }
        return withHost(text, scheme.group("backend"), transport, place, parameters);
    }

    private static ClusterUri withoutHost(
            String text, String backend, String transport, String place, Map<String, String> parameters) {
        if (!transport.equals(LOCAL_TRANSPORT)) {
            throw new IllegalArgumentException("the transport '%s' needs a host, as in %s+%s://user@host; was %s"
                    .formatted(transport, backend, transport, Text.quoted(text)));
        }
        if (!place.isEmpty() && !place.startsWith("/")) {
            throw new IllegalArgumentException(
                    "the path in %s must be absolute; write %s:/absolute/path, %s:?name=value or %s: alone"
                            .formatted(Text.quoted(text), backend, backend, backend));
        }
        Optional<String> path =
                place.isEmpty() ? Optional.empty() : Optional.of(decode(text, place.replace("+", "%2B")));
        return new ClusterUri(
                backend, transport, Optional.empty(), Optional.empty(), OptionalInt.empty(), path, parameters);
    }

    private static ClusterUri withHost(
            String text, String backend, String transport, String place, Map<String, String> parameters) {
        URI uri;
        try {
            uri = new URI("x:" + place).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "cannot read the host in %s: %s%s".formatted(Text.quoted(text), e.getReason(), EXAMPLES), e);
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("no host in " + Text.quoted(text) + EXAMPLES);
        }
        if (uri.getUserInfo() != null && uri.getUserInfo().indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "a password does not belong into the address of " + uri.getHost() + "; use a key or an agent");
        }
        if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("a port is 1 to 65535, was " + uri.getPort());
        }
        String usedTransport = transport.equals(LOCAL_TRANSPORT) ? missingTransport(text, backend) : transport;
        return new ClusterUri(
                backend,
                usedTransport,
                Optional.ofNullable(uri.getUserInfo()),
                Optional.of(uri.getHost()),
                uri.getPort() < 0 ? OptionalInt.empty() : OptionalInt.of(uri.getPort()),
                Optional.ofNullable(uri.getPath()).filter(p -> !p.isEmpty()),
                parameters);
    }

    private static String missingTransport(String text, String backend) {
        throw new IllegalArgumentException(
                "%s names a host but no transport; write %s+ssh://…".formatted(Text.quoted(text), backend));
    }

    private static Map<String, String> parameters(String text, String query) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "settings look like name=value, was %s in %s".formatted(Text.quoted(pair), Text.quoted(text)));
            }
            String name = decode(text, pair.substring(0, equals));
            if (all.put(name, decode(text, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'%s' is given twice in %s".formatted(name, Text.quoted(text)));
            }
        }
        return all;
    }

    private static String decode(String text, String part) {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot read the %% signs in %s: %s".formatted(Text.quoted(text), e.getMessage()), e);
        }
    }

    /** A setting by its name. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The same address without one of its settings. */
    ClusterUri withoutParameter(String name) {
        Map<String, String> others = new LinkedHashMap<>(parameters);
        others.remove(name);
        return new ClusterUri(backend, transport, user, host, port, path, others);
    }

    /** The address without its settings, which is how the cluster is called in messages, logs and stores. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(backend);
        if (host.isPresent()) {
            out.append('+').append(transport).append("://");
            user.ifPresent(u -> out.append(u).append('@'));
            out.append(host.get());
            port.ifPresent(p -> out.append(':').append(p));
        } else {
            out.append(':');
        }
        path.ifPresent(p -> out.append(p.replace("%", "%25").replace("?", "%3F")));
        return out.toString();
    }
}
