package sluice.spring.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.spring.TestEvents.placed;
import static sluice.spring.inbox.Inbox.Answer.FIRST;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The MySQL dialect. */
@EnabledIfEnvironmentVariable(named = "SLUICE_MARIADB", matches = ".+",
        disabledReason = "no JDBC URL of a MariaDB or MySQL is given")
class MariadbInboxTest extends InboxContract {
    @Override
    String url() {
        return System.getenv("SLUICE_MARIADB");
    }

    @Test
    void aSubjectThatDoesNotFitIsRefusedAndNotCut() {
        assertThat(advance(placed("s".repeat(1024), 1))).isEqualTo(FIRST);
        assertThatThrownBy(() -> advance(placed("s".repeat(1025), 1))).rootCause()
                .hasMessageContaining("Data too long for column 'subject'");
    }

    @Test
    void newSubjectsDoNotDeadlock() {
        List<CompletableFuture<Inbox.Answer>> all = IntStream.range(0, 64)
                .mapToObj(at -> CompletableFuture.supplyAsync(() -> advance(placed("s" + at, 1))))
                .toList();
        assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(FIRST));
    }
}
