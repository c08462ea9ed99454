package sluice.spring.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static sluice.spring.TestEvents.placed;
import static sluice.spring.inbox.Inbox.Answer.DUPLICATE;
import static sluice.spring.inbox.Inbox.Answer.FIRST;
import static sluice.spring.inbox.Inbox.Answer.REUSED;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import sluice.spring.SluiceEvent;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

/** What an inbox promises, on a real server of each kind. */
@Timeout(60)
abstract class InboxContract {
    private final DataSource dataSource = new DriverManagerDataSource(url());
    private final TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    protected final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final JdbcInbox inbox = new JdbcInbox(dataSource, Clock.fixed(Instant.ofEpochMilli(17), ZoneOffset.UTC));

    abstract String url();

    @BeforeEach
    void makeAnew() {
        jdbc.execute("drop table if exists sluice_inbox");
        inbox.create();
    }

    protected Inbox.Answer advance(SluiceEvent event) {
        return transactions.execute(status -> inbox.advance("shop", "billing", event));
    }

    @Test
    void onlyRises() {
        assertThat(advance(placed("a", 1))).isEqualTo(FIRST);
        assertThat(advance(placed("a", 1))).isEqualTo(DUPLICATE);
        assertThat(advance(placed("a", 7))).isEqualTo(FIRST);
        assertThat(advance(placed("a", 3))).isEqualTo(DUPLICATE);
    }

    @Test
    void writesTheRowThatOtherLanguagesWrite() {
        advance(placed("a", 2));
        assertThat(jdbc.queryForMap("select last_position, last_id_hash, updated_at from sluice_inbox"))
                .isEqualTo(Map.of(
                        "last_position", 2L, "last_id_hash", EventHash.of("/orders", "a-2"), "updated_at", 17L));
    }

    @Test
    void knowsAPositionThatWasAnotherEvents() {
        advance(placed("a", 1));
        SluiceEvent event = placed("a", 1);
        SluiceEvent other =
                new SluiceEvent("other", event.source(), event.type(), "a", 1, 1, null, null, Map.of(), null);
        assertThat(advance(other)).isEqualTo(REUSED);
    }

    @Test
    void rollsBackWithTheEffects() {
        advance(placed("a", 1));
        transactions.executeWithoutResult(status -> {
            assertThat(inbox.advance("shop", "billing", placed("a", 2))).isEqualTo(FIRST);
            assertThat(inbox.advance("shop", "billing", placed("b", 1))).isEqualTo(FIRST);
            status.setRollbackOnly();
        });
        assertThat(advance(placed("a", 2))).isEqualTo(FIRST);
        assertThat(advance(placed("b", 1))).isEqualTo(FIRST);
    }

    @Test
    void tellsSubjectsAndSubscriptionsApart() {
        for (String subject : new String[] {"a", "A", "a ", "ä", "주문"}) {
            assertThat(advance(placed(subject, 1))).as(subject).isEqualTo(FIRST);
        }
        transactions.executeWithoutResult(status -> {
            assertThat(inbox.advance("shop", "other", placed("a", 1))).isEqualTo(FIRST);
            assertThat(inbox.advance("mall", "billing", placed("a", 1))).isEqualTo(FIRST);
        });
    }

    @Test
    void ofTwoOwnersOneIsFirst() throws Exception {
        for (long position = 1; position <= 2; ++position) { // the row is new, then it is there
            long at = position;
            CountDownLatch written = new CountDownLatch(1);
            CountDownLatch commit = new CountDownLatch(1);
            CompletableFuture<Inbox.Answer> one = CompletableFuture.supplyAsync(() -> transactions.execute(status -> {
                Inbox.Answer answer = inbox.advance("shop", "billing", placed("a", at));
                written.countDown();
                await(commit);
                return answer;
            }));
            await(written);
            CompletableFuture<Inbox.Answer> two = CompletableFuture.supplyAsync(() -> advance(placed("a", at)));
            assertThatThrownBy(() -> two.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            commit.countDown();
            assertThat(one.get()).isEqualTo(FIRST);
            assertThat(two.get()).isEqualTo(DUPLICATE);
        }
    }

    @Test
    void hasNoRowWithoutATransaction() {
        assertThatThrownBy(() -> inbox.advance("shop", "billing", placed("a", 1)))
                .hasMessageContaining("belongs into the transaction");
    }

    @Test
    void isMadeByManyAtOnce() {
        jdbc.execute("drop table sluice_inbox");
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(inbox::create),
                        CompletableFuture.runAsync(inbox::create),
                        CompletableFuture.runAsync(inbox::create))
                .join();
        assertThat(advance(placed("a", 1))).isEqualTo(FIRST);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
