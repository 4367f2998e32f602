package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DatabaseUrlTest {

    @Test
    void fileOfH2GetsWhatEveryConnectionNeeds() {
        DatabaseUrl url = DatabaseUrl.parse("jdbc:h2:/var/lib/hpc/jobs;CACHE_SIZE=1000;WRITE_DELAY=100");

        assertThat(url.file()).contains(Path.of("/var/lib/hpc/jobs"));
        assertThat(url.jdbc())
                .startsWith("jdbc:h2:async:/var/lib/hpc/jobs;CACHE_SIZE=1000;WRITE_DELAY=100;")
                .contains(";DB_CLOSE_ON_EXIT=FALSE")
                .doesNotContain("WRITE_DELAY=0");
        assertThat(url).hasToString("jdbc:h2:/var/lib/hpc/jobs");
    }

    @Test
    void fileOfH2MayBeRelativeOrAtHome() {
        assertThat(DatabaseUrl.parse("jdbc:h2:file:./jobs").file())
                .contains(Path.of("jobs").toAbsolutePath());
        assertThat(DatabaseUrl.parse("jdbc:h2:~/jobs").file())
                .contains(Path.of(System.getProperty("user.home"), "jobs"));
        assertThat(DatabaseUrl.parse("jdbc:h2:mem:x").file()).isEmpty();
    }

    @Test
    void addressAsOtherToolsOfPostgresWriteItIsRead() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://ada:p%40ss%2Bw:rd@db.example.org:5433/hpc?sslmode=require");

        assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db.example.org:5433/hpc?sslmode=require");
        assertThat(url.user()).contains("ada");
        assertThat(url.password()).contains("p@ss+w:rd");
        assertThat(DatabaseUrl.parse("postgres://localhost/hpc").user()).isEmpty();
        assertThat(DatabaseUrl.parse("postgresql://localhost").jdbc()).isEqualTo("jdbc:postgresql://localhost/");
    }

    @Test
    void settingsOfTheDriverThatTheAddressHasAreLeftAlone() {
        assertThat(DatabaseUrl.parse("jdbc:postgresql://h/d?socketTimeout=7").driverProperties())
                .doesNotContainKey("socketTimeout")
                .containsEntry("reWriteBatchedInserts", "true");
    }

    @Test
    void passwordIsNeverShown() {
        DatabaseUrl libpq = DatabaseUrl.parse("postgresql://ada:s3cret@h/d?password=s3cret");
        DatabaseUrl jdbc = DatabaseUrl.parse("jdbc:postgresql://h/d?user=ada&password=s3cret&sslpassword=s3cret&a=b");

        assertThat(libpq.toString()).isEqualTo("jdbc:postgresql://h/d?password=***");
        assertThat(jdbc.toString()).isEqualTo("jdbc:postgresql://h/d?user=ada&password=***&sslpassword=***&a=b");
        assertThat(libpq.hidden("FATAL: no s3cret for ada")).isEqualTo("FATAL: no *** for ada");
    }

    @Test
    void otherAddressesAreRefusedWithWhatWouldWorkAndWithoutTheirPassword() {
        for (String wrong : new String[] {
            "", "jobs.db", "jdbc:mysql://ada:s3cret@h/d?password=s3cret", "jdbc:h2:", "jdbc:h2:tcp://h/d"
        }) {
            assertThatThrownBy(() -> DatabaseUrl.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("jdbc:h2:/path/to/file")
                    .hasMessageContaining("postgresql://user:password@host/database")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
