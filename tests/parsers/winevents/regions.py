"""How Windows writes the same things in several languages: labels, levels, dates; and what people there write.

Written by hand from real exports and the regions' date formats, not taken from the table that the readers use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LEVELS = ("critical", "error", "warning", "info", "verbose")


@dataclass(frozen=True)
class Region:
    name: str
    labels: tuple[str, str, str, str, str]  # Level, Date and Time, Source, Event ID, Task Category
    levels: tuple[str, str, str, str, str]  # as LEVELS
    date: str  # of str.format: y m d h (24 hours) H (12 hours) n s half
    codepages: tuple[str, ...]
    phrases: tuple[str, ...]
    halves: tuple[str, str] = ("AM", "PM")
    details: tuple[str, ...] = ()  # ten labels of what the Event Viewer copies

    def stamp(self, when: datetime) -> str:
        return self.date.format(
            y=when.year, m=when.month, d=when.day, h=when.hour, H=(when.hour - 1) % 12 + 1, n=when.minute,
            s=when.second, half=self.halves[when.hour >= 12],
        )  # fmt: skip

    def level(self, level: str) -> str:
        return self.levels[LEVELS.index(level)]


REGIONS = (
    Region(
        "en-US",
        ("Level", "Date and Time", "Source", "Event ID", "Task Category"),
        ("Critical", "Error", "Warning", "Information", "Verbose"),
        "{m}/{d}/{y} {H}:{n:02}:{s:02} {half}",
        ("ascii",),
        ("The shadow copies of volume C: were aborted", "Access is denied.", "The service entered the running state"),
        details=(
            "Log Name",
            "Source",
            "Date",
            "Event ID",
            "Task Category",
            "Level",
            "Keywords",
            "User",
            "Computer",
            "Description",
        ),
    ),
    Region(
        "de-DE",
        ("Ebene", "Datum und Uhrzeit", "Quelle", "Ereignis-ID", "Aufgabenkategorie"),
        ("Kritisch", "Fehler", "Warnung", "Informationen", "Ausführlich"),
        "{d:02}.{m:02}.{y} {h:02}:{n:02}:{s:02}",
        ("cp1252", "cp850"),
        (
            "Der Dienst befindet sich im Status ausgeführt",
            "Zugriff verweigert",
            "Unerwarteter Fehler für Datenträger C:",
        ),
        details=(
            "Protokollname",
            "Quelle",
            "Datum",
            "Ereignis-ID",
            "Aufgabenkategorie",
            "Ebene",
            "Schlüsselwörter",
            "Benutzer",
            "Computer",
            "Beschreibung",
        ),
    ),
    Region(
        "fr-FR",
        ("Niveau", "Date et heure", "Source", "ID de l’événement", "Catégorie de la tâche"),
        ("Critique", "Erreur", "Avertissement", "Information", "Commentaires"),
        "{d:02}/{m:02}/{y} {h:02}:{n:02}:{s:02}",
        ("cp1252",),
        ("Le service est entré dans l’état arrêté", "Accès refusé", "Échec de la création à la reprise", "déjà géré"),
        details=(
            "Nom du journal ",
            "Source ",
            "Date ",
            "ID de l’événement ",
            "Catégorie de la tâche ",
            "Niveau ",
            "Mots clés ",
            "Utilisateur ",
            "Ordinateur ",
            "Description ",
        ),
    ),
    Region(
        "ja-JP",
        ("レベル", "日付と時刻", "ソース", "イベント ID", "タスクのカテゴリ"),
        ("重大", "エラー", "警告", "情報", "詳細"),
        "{y}/{m:02}/{d:02} {h}:{n:02}:{s:02}",
        ("cp932",),
        (
            "ボリューム シャドウ コピー サービス エラー",
            "アクセスが拒否されました。",
            "サービスは実行中状態に入りました。",
        ),
        details=(
            "ログの名前",
            "ソース",
            "日付",
            "イベント ID",
            "タスクのカテゴリ",
            "レベル",
            "キーワード",
            "ユーザー",
            "コンピューター",
            "説明",
        ),
    ),
    Region(
        "pt-BR",
        ("Nível", "Data e Hora", "Fonte", "Identificação do Evento", "Categoria da Tarefa"),
        ("Crítico", "Erro", "Aviso", "Informações", "Detalhado"),
        "{d:02}/{m:02}/{y} {h:02}:{n:02}:{s:02}",
        ("cp1252", "cp850"),
        (
            "O serviço entrou no estado de execução",
            "Acesso negado",
            "Operação não concluída",
            "três cópias já são nulas",
        ),
    ),
    Region(
        "ru-RU",
        ("Уровень", "Дата и время", "Источник", "Код события", "Категория задачи"),
        ("Критический", "Ошибка", "Предупреждение", "Сведения", "Подробности"),
        "{d:02}.{m:02}.{y} {h}:{n:02}:{s:02}",
        ("cp1251", "cp866"),
        ("Служба перешла в состояние Работает", "Отказано в доступе", "Ошибка теневого копирования тома"),
    ),
    Region(
        "es-ES",
        ("Nivel", "Fecha y hora", "Origen", "Id. del evento", "Categoría de la tarea"),
        ("Crítico", "Error", "Advertencia", "Información", "Detallado"),
        "{d:02}/{m:02}/{y} {h}:{n:02}:{s:02}",
        ("cp1252", "cp850"),
        ("El servicio entró en el estado de ejecución", "Acceso denegado", "Se canceló; el año pasado también"),
    ),
    Region(
        "cs-CZ",
        ("Úroveň", "Datum a čas", "Zdroj", "ID události", "Kategorie úlohy"),
        ("Kritická", "Chyba", "Upozornění", "Informace", "Podrobné"),
        "{d:02}.{m:02}.{y} {h}:{n:02}:{s:02}",
        ("cp1250", "cp852"),
        ("Služba přešla do stavu spuštěno", "Přístup byl odepřen", "Neočekávaná chyba při čtení svazku"),
    ),
    Region(
        "zh-CN",
        ("级别", "日期和时间", "来源", "事件 ID", "任务类别"),
        ("关键", "错误", "警告", "信息", "详细"),
        "{y}/{m}/{d} {h}:{n:02}:{s:02}",
        ("gb18030",),
        ("服务处于正在运行状态。", "拒绝访问。", "卷影复制服务错误", "由于用户施加的限制"),
    ),
    Region(
        "zh-TW",
        ("等級", "日期和時間", "來源", "事件識別碼", "工作類別"),
        ("嚴重", "錯誤", "警告", "資訊", "詳細資訊"),
        "{y}/{m}/{d} {half} {H:02}:{n:02}:{s:02}",
        ("cp950",),
        ("服務已進入執行中狀態。", "存取被拒。", "磁碟區陰影複製服務錯誤"),
        ("上午", "下午"),
    ),
    Region(
        "ko-KR",
        ("수준", "날짜 및 시간", "원본", "이벤트 ID", "작업 범주"),
        ("위험", "오류", "경고", "정보", "자세한 정보"),
        "{y}-{m:02}-{d:02} {half} {H}:{n:02}:{s:02}",
        ("cp949",),
        ("서비스가 실행 상태로 들어갔습니다.", "액세스가 거부되었습니다.", "볼륨 섀도 복사본 서비스 오류"),
        ("오전", "오후"),
    ),
)
BY_NAME = {region.name: region for region in REGIONS}
