"""What fails for one holds up nobody else: it is undone alone, tried again, and coordinators learn of it."""

from collections.abc import Callable, Collection

from domain.fault import Fault, Task
from domain.letter import LetterKind
from domain.person import Person
from services.desk import Desk, tell, tongue_of
from storage import people
from storage.database import is_trouble
from texts import operations as words


def apart(
    desk: Desk,
    task: Task,
    do: Callable[[], int],
    person_id: int | None = None,
    *,
    if_not: Callable[[], object] = lambda: None,
) -> int:
    """Do one of many; how many letters it wrote, none if it failed: that is put into `desk.faults`, and `if_not` done.

    What is the disk's fault is raised: then nothing works, for nobody.
    """
    desk.db.execute("SAVEPOINT apart")
    try:
        written = do()
    except Exception as error:
        if is_trouble(error):
            raise
        desk.db.execute("ROLLBACK TO apart")
        desk.faults.append(Fault(task, error, person_id))
        if_not()
        written = 0
    desk.db.execute("RELEASE apart")
    return written


def alert(desk: Desk, faults: Collection[Fault]) -> set[Fault]:
    """Tell coordinators whom the bot fails; of which faults nobody has to be told any more.

    Each learns of those whom he oversees, of himself, and of what is for nobody alone; at most once an hour.
    """
    told = set(faults)
    for lead in people.list_leads(desk.db):
        mine = [fault for fault in faults if _concerns(desk, lead, fault)]
        if not mine or lead.chat_id is None:
            continue
        undone: dict[Task, list[Person]] = {fault.task: [] for fault in mine}
        for fault in mine:
            if fault.person_id is not None:
                undone[fault.task].append(people.read(desk.db, fault.person_id))
        key = f"fault:{desk.now:%Y-%m-%dT%H}:{lead.person_id}"
        if tell(desk, lead.chat_id, words.work_undone(tongue_of(desk, lead), undone), LetterKind.ALERT, key) is None:
            told.difference_update(mine)
    return told


def _concerns(desk: Desk, lead: Person, fault: Fault) -> bool:
    if fault.person_id is None or fault.person_id == lead.person_id:
        return True
    return lead.oversees(people.read(desk.db, fault.person_id).team_id)
